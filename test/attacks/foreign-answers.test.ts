import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../../model/case.ts';
import type { Finding } from '../../model/finding.ts';
import { parseFindings } from '../../model/parse-finding.ts';
import { type Scenario, seedScenario } from '../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { changesIn } from './support/cloud.ts';
import { type Alter, foreignRole } from './support/foreign-role.ts';
import { proposedCase } from './support/genuine.ts';
import { analystHere, firebreak, offered, within } from './support/people.ts';

/** What the genuine answers hold, as far as it is altered here. */
interface Answer {
  readonly fetched: { readonly finding: Finding } | null;
}

let system: System;
let ana: Analyst;
let alter: Alter = (_activity, answer) => answer;
let somebody: { stop(): Promise<void> };
let innocent: { readonly scenario: Scenario; readonly view: CaseView };
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker(['cases', 'virustotal', 'respond']);
  somebody = await foreignRole(system, 'observe', (...given) => alter(...given));
  ana = await analystHere(system, 'ana');
  innocent = await proposedCase(system);
});
afterAll(async () => {
  await somebody.stop();
  await system.close();
});

/** Approves what the case offers, by the command line and by a vote that is sent past it; answers what came of it. */
async function approveAll(caseId: string, service: string, kind = 'evict') {
  const view = await system.until(caseId, ['proposed']);
  const plan = offered(view, kind);
  if (plan === undefined) return { code: 1, changes: changesIn(system.sandbox, service) };
  const typed = ['approve', caseId, '--plan', plan.id, '--reason', 'as the page says', '--as', 'ana', '--no-wait'];
  const { code } = await firebreak(system, ...typed);
  if (code !== 0) await within(10_000, system.approve(view, ana, kind));
  await within(
    10_000,
    system.until(caseId, ['contained', 'failed', 'investigating'], ({ receipts }) => receipts.length > 0),
  );
  return { code, changes: changesIn(system.sandbox, service) };
}

test('what the others show is not for want of a way in: passed on as it is, an observation is one', async () => {
  const { scenario, view } = await proposedCase(system, { which: 1 });
  expect(view.confirmed).toBe('confirmed');
  expect(offered(view, 'evict')?.plan.actions[0]?.target.name).toBe(scenario.service);
});

test('a finding that observe never saw changes nothing: the terminal and respond refuse it', async () => {
  const scenario = seedScenario(system.sandbox);
  const [made] = parseFindings(scenario.notification);
  const { finding, fingerprint } = made!;
  const evidence = { kind: 'finding', sha256: '0'.repeat(64), bytes: 1, mediaType: 'application/json' };
  alter = (activity, answer, id) => {
    if (id !== scenario.caseId) return answer;
    const fetched = { finding, fingerprint, evidence, readAt: new Date().toISOString() };
    if (activity === 'fetchFinding') return fetched;
    return activity === 'takeFirstLook' ? { ...(answer as Answer), fetched } : answer;
  };
  system.sandbox.control.publishRaw(JSON.stringify(scenario.notification));
  expect(await approveAll(scenario.caseId, scenario.service)).toEqual({ code: 1, changes: [] });
});

test('a finding whose resource is another service than SCC says leads to no change of that one', async () => {
  const scenario = seedScenario(system.sandbox);
  const pending = { status: 'pending', reason: 'not asked yet' };
  alter = (activity, answer, id) => {
    if (id !== scenario.caseId || activity !== 'takeFirstLook') return answer;
    const { fetched } = answer as Answer;
    const resource = { ...fetched!.finding.resource, name: innocent.scenario.service };
    const finding = { ...fetched!.finding, resource };
    return {
      ...(answer as Answer),
      fetched: { ...fetched, finding },
      settings: pending,
      related: pending,
      logs: pending,
    };
  };
  system.sandbox.control.publish(scenario.notification);
  expect(await approveAll(scenario.caseId, innocent.scenario.service)).toEqual({ code: 1, changes: [] });
});

test('settings of another service lead to no change of that one', async () => {
  const scenario = seedScenario(system.sandbox);
  const other = seedScenario(system.sandbox);
  const settings = JSON.parse(
    JSON.stringify(innocent.view.investigation!.settings).replaceAll(innocent.scenario.service, other.service),
  ) as unknown;
  alter = (activity, answer, id) =>
    id === scenario.caseId && activity === 'takeFirstLook' ? { ...(answer as Answer), settings } : answer;
  system.sandbox.control.publish(scenario.notification);
  // That the finding’s own revision is not among them hides nothing: what is done then hits the whole service.
  expect(await approveAll(scenario.caseId, other.service, 'scale-to-zero')).toEqual({ code: 1, changes: [] });
});
