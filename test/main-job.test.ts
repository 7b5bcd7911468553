import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedScenario } from './support/scenario.ts';
import { startSystem, type System } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

test.each([
  [0, 'Reverse Shell', ['remove-public-invokers']],
  [1, 'Execution: Possible Remote Command Execution Detected', []],
] as const)(
  'finding %i (%s) goes from Pub/Sub to contained, the beacon silent, in a small history',
  async (which, category, ifPublic) => {
    const ana = await system.addAnalyst(`ana${which}`);
    const scenario = seedScenario(system.sandbox, { which });
    system.sandbox.control.publish(scenario.notification);
    const proposed = await system.until(scenario.caseId, ['proposed']);
    expect(proposed).toMatchObject({ category, confirmed: 'confirmed' });
    expect(proposed.assessment?.badRevision?.name).toBe(scenario.badRevision);
    expect(proposed.assessment?.knownGood?.name).toBe(scenario.goodRevision);
    // A new rung may be offered besides.
    const usual = ['move-traffic', ...ifPublic, 'restrict-ingress', 'evict', 'scale-to-zero', 'delete-revision'];
    const offered = proposed.proposal?.plans.map(({ plan }) => plan.kind) ?? [];
    expect(offered.filter((kind) => usual.includes(kind))).toEqual(usual);
    expect(proposed.proposal?.plans.find(({ recommended }) => recommended)?.plan.kind).toBe('evict');
    expect(system.changes()).toHaveLength(which * 2);

    expect((await system.approve(proposed, ana, 'evict')).outcome).toBe('accepted');

    const done = await system.until(scenario.caseId, ['contained', 'failed']);
    expect(done.state).toBe('contained');
    expect(done.reason).toMatch(/; scaling is given back, (?:and it serves|not seen to serve yet.*)$/);
    expect(done.receipts.map(({ result }) => result)).toEqual(['changed', 'changed']);
    // The service serves again, from the good revision, with the scaling that it had.
    const [restored] = done.receipts.slice(-1);
    expect(restored?.after.traffic).toEqual([{ type: 'revision', revision: scenario.goodRevision, percent: 100 }]);
    expect(restored?.after.scaling).toEqual(done.receipts[0]?.before.scaling);
    expect(await beacons(scenario.service)).toEqual([]);

    const handle = system.client.workflow.getHandle(scenario.caseId);
    await handle.result();
    const history = await handle.fetchHistory();
    expect(history.events?.length).toBeLessThanOrEqual(75);
    expect((await handle.describe()).historySize).toBeLessThanOrEqual(100_000);
    const marks = system.sandbox.control.findings.byName(scenario.findingName);
    expect(JSON.stringify(marks)).toContain('"firebreak-state":"contained"');
  },
);

/** Which compromised revisions still have instances. */
async function beacons(service: string): Promise<unknown[]> {
  const response = await fetch(`http://127.0.0.1:${system.sandbox.basePort}/cloud-run/instances?service=${service}`);
  const { instances } = (await response.json()) as { instances: { revision: string }[] };
  return instances.filter(({ revision }) => /-000(12|05)-/.test(revision));
}
