import { afterAll, beforeAll, expect, test } from 'vitest';
import { observedSignal } from '../../model/temporal-names.ts';
import type { CaseInput } from '../../model/case.ts';
import { seedScenario } from '../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { type Alter, foreignRole } from './support/foreign-role.ts';
import { inputOf, proposedCase } from './support/genuine.ts';
import { within } from './support/people.ts';

type Part = Record<string, Record<string, unknown>>;

let system: System;
let ana: Analyst;
let alter: Alter = (_activity, answer) => answer;
let somebody: { stop(): Promise<void> };
beforeAll(async () => {
  system = await startSystem();
  system.startIntake();
  system.startWorker(['cases', 'virustotal']);
  somebody = await foreignRole(system, 'observe', (...given) => alter(...given));
  ana = await system.addAnalyst('ana');
});
afterAll(async () => {
  await somebody.stop();
  await system.close();
});

/** What a finding would be that is resolved. */
function resolved(activity: string, answer: unknown): unknown {
  const inactive = (fetched: Part) => ({ ...fetched, finding: { ...fetched['finding'], state: 'INACTIVE' } });
  if (activity === 'fetchFinding') return inactive(answer as Part);
  if (activity === 'takeFirstLook')
    return { ...(answer as Part), fetched: inactive((answer as Part)['fetched'] as Part) };
  return answer;
}

/** From now on answers are genuine: the state that the case comes to then, by itself or opened again. */
async function stateLater(id: string): Promise<string> {
  alter = (_activity, answer) => answer;
  return stateOf(id, 20_000);
}

/** `proposed` where it comes to that in time, else what can be seen of it. */
async function stateOf(id: string, milliseconds: number): Promise<string> {
  const open = await within(milliseconds, system.until(id, ['proposed']));
  return open?.state ?? (await system.view(id).then(({ state }) => state, String));
}

test('a forged INACTIVE withdraws no case that waits for people', async () => {
  const { view } = await proposedCase(system);
  alter = (activity, answer, id) => (id === view.id ? resolved(activity, answer) : answer);
  const { observation } = await inputOf<CaseInput>(system.client, view.id);
  const news = { ...observation, eventTime: new Date().toISOString() };
  await system.client.workflow.getHandle(view.id).signal(observedSignal, news);
  await within(8_000, system.until(view.id, ['withdrawn']));
  expect(await stateLater(view.id)).toBe('proposed');
});

test('a forged INACTIVE withdraws no case at its first look', async () => {
  const { caseId, notification } = seedScenario(system.sandbox);
  alter = (activity, answer, id) => (id === caseId ? resolved(activity, answer) : answer);
  system.sandbox.control.publish(notification);
  await within(8_000, system.until(caseId, ['withdrawn', 'proposed']));
  expect(await stateLater(caseId)).toBe('proposed');
});

const answered = (value: unknown) => ({ status: 'answered', value });
const malformed: [what: string, change: (look: Part) => unknown][] = [
  ['related findings that are a list', (look) => ({ ...look, related: answered([]) })],
  ['related findings without any', (look) => ({ ...look, related: answered({ findings: null }) })],
  ['settings that are nothing', (look) => ({ ...look, settings: answered({}) })],
  [
    'settings whose revisions are a text',
    (look) => ({ ...look, settings: answered({ ...(look['settings']!['value'] as object), revisions: 'x' }) }),
  ],
  ['logs that are null', (look) => ({ ...look, logs: answered(null) })],
  ['a finding that is nothing', (look) => ({ ...look, fetched: {} })],
  ['nothing at all', () => undefined],
  ['a number', () => 17],
];

test.each(malformed)('%s as an answer wedges no case: it can be looked at and dismissed', async (_what, change) => {
  const { caseId, notification } = seedScenario(system.sandbox);
  alter = (activity, answer, id) => (id === caseId && activity === 'takeFirstLook' ? change(answer as Part) : answer);
  system.sandbox.control.publish(notification);
  expect(await stateOf(caseId, 60_000)).toBe('proposed');
  const view = await system.view(caseId);
  const answer = await within(5_000, system.send(caseId, await system.sign(view, ana, { kind: 'dismiss' })));
  expect(answer?.outcome).toBe('accepted');
});
