import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseFindings } from '../model/parse-finding.ts';
import type { CaseView } from '../model/case.ts';
import { folderArchiveIndex } from '../runtime/archive-index.ts';
import { trustDocument } from '../runtime/trust.ts';
import { seedScenario, type Scenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

const ours = 'organizations/271828182845';
const alsoOurs = 'organizations/314159265358';
const foreign = 'organizations/999999999999';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_SCC_PARENTS: `${ours},${alsoOurs}` });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

/** The notification with other fields of its finding. */
const changed = ({ notification }: Scenario, fields: Record<string, unknown>) => ({
  ...notification,
  finding: { ...notification.finding, ...fields },
});
/** Sends a message that SCC never sent. */
const forge = (scenario: Scenario, fields: Record<string, unknown>): void => {
  system.sandbox.control.publishRaw(JSON.stringify(changed(scenario, fields)));
};
const byForeign = ({ findingName }: Scenario) => ({ name: findingName.replace(ours, foreign) });
const later = ({ notification }: Scenario, seconds: number): string =>
  new Date(Date.parse(String(notification.finding['eventTime'])) + seconds * 1000).toISOString();
const kinds = ({ proposal }: CaseView) => proposal?.plans.map(({ plan }) => plan.kind) ?? [];
const texts = ({ timeline }: CaseView) => timeline.map(({ text }) => text).join('\n');
const archive = () => folderArchiveIndex(system.paths.archiveIndex, trustDocument({ paths: system.paths }));
const runOf = async (id: string) => (await system.client.workflow.getHandle(id).describe()).runId;

async function dismiss(view: CaseView): Promise<void> {
  expect((await system.send(view.id, await system.sign(view, ana, { kind: 'dismiss' }))).outcome).toBe('accepted');
  await system.client.workflow.getHandle(view.id).result();
}

/** The case’s state in its next run. */
async function reopened(view: CaseView, state: 'proposed' | 'dismissed'): Promise<CaseView> {
  return system.until(view.id, [state], ({ run }) => run !== view.run);
}

test('two organizations with the same last two segments are two cases, each with the finding that is its own', async () => {
  const scenario = seedScenario(system.sandbox);
  const text = JSON.stringify(scenario.notification)
    .replaceAll(ours, alsoOurs)
    .replaceAll('projects/481516234200', 'projects/667700112233');
  const theirs = JSON.parse(text) as Scenario['notification'];
  const [parsed] = parseFindings(theirs);
  system.sandbox.control.publish(theirs);
  system.sandbox.control.publish(scenario.notification);
  const views = await Promise.all(
    [parsed!.finding.caseId, scenario.caseId].map((id) => system.until(id, ['proposed'])),
  );
  expect(views.map(({ confirmed, finding }) => [confirmed, finding.canonicalName.split('/')[1]])).toEqual([
    ['confirmed', '667700112233'],
    ['confirmed', '481516234200'],
  ]);
});

test('a name of another organization does not keep the real finding from being found, investigated and proposed', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.putFinding(scenario.notification);
  forge(scenario, byForeign(scenario));
  const view = await system.until(scenario.caseId, ['proposed']);
  expect(view).toMatchObject({ confirmed: 'confirmed', finding: { name: scenario.findingName } });
  expect(kinds(view)).toContain('evict');
});

test('a forged message that comes before the finding is there does not occupy its case', async () => {
  const scenario = seedScenario(system.sandbox);
  forge(scenario, byForeign(scenario));
  expect(kinds(await system.until(scenario.caseId, ['proposed']))).toEqual([]);
  system.sandbox.control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed'], ({ confirmed }) => confirmed === 'confirmed');
  await system.until(scenario.caseId, ['proposed'], (now) => kinds(now).includes('evict'));
  expect(view.finding.name).toBe(scenario.findingName);
});

test('a dismissed forged case does not swallow the real one; its redelivery opens nothing', async () => {
  const scenario = seedScenario(system.sandbox);
  const forged = { ...byForeign(scenario), eventTime: '9999-12-31T23:59:59Z' };
  forge(scenario, forged);
  await system.until(scenario.caseId, ['proposed'], ({ confirmed }) => confirmed === 'not-found');
  const again = { ...forged, eventTime: '9998-12-31T23:59:59Z' };
  forge(scenario, again);
  const view = await system.until(scenario.caseId, ['proposed'], (now) => texts(now).includes('9998'));
  await dismiss(view);
  forge(scenario, again);
  // By then it has been handled, too.
  const other = seedScenario(system.sandbox);
  system.sandbox.control.publish(other.notification);
  await system.until(other.caseId, ['proposed']);
  expect(await runOf(scenario.caseId)).toBe(view.run);
  system.sandbox.control.publish(scenario.notification);
  const real = await reopened(view, 'proposed');
  expect(real.confirmed).toBe('confirmed');
  expect(kinds(real)).toContain('evict');
});

test('a canonical name of another project makes another case, to which SCC has no finding', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  const canonicalName = String(scenario.notification.finding['canonicalName']).replace(/\d+/, '999');
  forge(scenario, { canonicalName });
  const [forged] = parseFindings(changed(scenario, { canonicalName }));
  const other = await system.until(forged!.finding.caseId, ['proposed']);
  expect(other).toMatchObject({ confirmed: 'not-found' });
  expect(kinds(other)).toEqual([]);
  expect(kinds(await system.until(scenario.caseId, ['proposed']))).toContain('evict');
});

test('a message of year 9999 does not make later news of a running case old, and the time line says so', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.putFinding(scenario.notification);
  forge(scenario, { eventTime: '9999-12-31T23:59:59Z' });
  const view = await system.until(scenario.caseId, ['proposed']);
  expect(texts(view)).toContain(
    'a message says 9999-12-31T23:59:59Z, more than ten minutes ahead of the clock: its time counts for nothing',
  );
  expect(view.finding.eventTime).toBe(scenario.notification.finding['eventTime']);
  system.sandbox.control.publish(changed(scenario, { eventTime: later(scenario, 30), severity: 'LOW' }));
  await system.until(scenario.caseId, ['proposed'], ({ finding }) => finding.severity === 'LOW');
});

test('a message of year 9999 to a closed case changes nothing for good: the run ends as before, and real news opens it again', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  await dismiss(await system.until(scenario.caseId, ['proposed']));
  const closed = await system.view(scenario.caseId);
  const entry = await archive().read(scenario.caseId);
  forge(scenario, { eventTime: '9999-12-31T23:59:59Z', description: 'nothing that SCC said' });
  const same = await reopened(closed, 'dismissed');
  expect(same.reason).toContain('SCC says nothing new');
  expect(same.proposal).toBeNull();
  const handle = system.client.workflow.getHandle(scenario.caseId);
  await handle.result();
  expect((await handle.describe()).memo).toMatchObject({ watermark: entry?.watermark });
  const { run, closedAt, ...kept } = (await archive().read(scenario.caseId))!;
  expect({ ...entry, ...kept }).toEqual(entry);
  expect([run, closedAt]).not.toContain(entry?.run);
  system.sandbox.control.publish(changed(scenario, { eventTime: later(scenario, 3_600), severity: 'LOW' }));
  expect((await reopened(same, 'proposed')).finding.severity).toBe('LOW');
});

test('ten minutes ahead of the clock is no news for the time line; what is further ahead is said', async () => {
  const [near, far] = [seedScenario(system.sandbox), seedScenario(system.sandbox)];
  const ahead = (minutes: number) => ({ eventTime: new Date(Date.now() + minutes * 60_000).toISOString() });
  system.sandbox.control.publish(changed(near, ahead(5)));
  system.sandbox.control.publish(changed(far, ahead(30)));
  expect(texts(await system.until(near.caseId, ['proposed']))).not.toContain('ahead of the clock');
  expect(texts(await system.until(far.caseId, ['proposed']))).toContain('ahead of the clock');
});
