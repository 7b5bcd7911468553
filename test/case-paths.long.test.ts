import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NativeConnection, Worker } from '@temporalio/worker';
import { taskQueues } from '../runtime/task-queues.ts';
import { newSigningKey, signJson } from '../runtime/signatures.ts';
import { replayDifferences } from './faults/support/replays.ts';
import { seedScenario, type Scenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;

/** With `npm run test:all` only: the rest is the sample that everybody runs. */
const atLength = test.runIf(process.env['FIREBREAK_TEST_ALL'] !== undefined);
beforeAll(async () => {
  system = await startSystem();
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

function publish(scenario: Scenario, change: Record<string, unknown> = {}): void {
  system.sandbox.control.publish({
    ...scenario.notification,
    finding: { ...scenario.notification.finding, ...change },
  });
}

const laterThan = (scenario: Scenario, seconds: number): string =>
  new Date(Date.parse(String(scenario.notification.finding['eventTime'])) + seconds * 1000).toISOString();

/** What the owner of the service does meanwhile. */
async function ownerMoves(scenario: Scenario, traffic: object[]): Promise<void> {
  const { ServicesClient } = await import('@google-cloud/run');
  const { credentials } = await import('@grpc/grpc-js');
  const owner = new ServicesClient({
    apiEndpoint: '127.0.0.1',
    port: system.sandbox.basePort + 2,
    sslCreds: credentials.createInsecure(),
  });
  const name = `projects/rhea-prod-4421/locations/europe-west1/services/${scenario.service}`;
  const [operation] = await owner.updateService({ service: { name, traffic }, updateMask: { paths: ['traffic'] } });
  await operation.promise();
  await owner.close();
}

const pin = (revision: string) => [
  { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const, revision, percent: 100 },
];

describe('the recommendation differs with what is known', () => {
  test('without a revision to go back to: scale to zero', async () => {
    const scenario = seedScenario(system.sandbox, { withoutGood: true });
    publish(scenario);
    const view = await system.until(scenario.caseId, ['proposed']);
    const plans = view.proposal?.plans ?? [];
    expect(plans.flatMap(({ plan, recommended }) => (recommended ? [plan.kind] : []))).toEqual(['scale-to-zero']);
    for (const { plan } of plans) expect(['move-traffic', 'evict', 'quarantine']).not.toContain(plan.kind);
    expect(view.assessment?.unknown.map(({ text }) => text)).toContain('A revision to go back to');
  });

  test('the bad revision already gone and quiet: hand over', async () => {
    const scenario = seedScenario(system.sandbox, { which: 1, idleSeconds: 1 });
    await ownerMoves(scenario, pin(scenario.goodRevision));
    // Its last instance ends after a second; then comes more silence than the window asks for.
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    publish(scenario);
    const view = await system.until(scenario.caseId, ['proposed']);
    expect(view.proposal?.recommendation).toMatchObject({ choice: 'hand-over' });
    expect(view.proposal?.plans.some(({ recommended }) => recommended)).toBe(false);
  });

  test('a finding that SCC does not have is not confirmed, and no change is offered', async () => {
    const scenario = seedScenario(system.sandbox);
    system.sandbox.control.publishRaw(JSON.stringify(scenario.notification));
    const view = await system.until(scenario.caseId, ['proposed']);
    expect(view).toMatchObject({
      confirmed: 'not-found',
      proposal: { plans: [], recommendation: { choice: 'hand-over' } },
    });
  });
});

test('promise 4: a resource that changed between approval and action is not touched, and the case proposes again', async () => {
  const scenario = seedScenario(system.sandbox);
  publish(scenario);
  const view = await system.until(scenario.caseId, ['proposed']);
  await ownerMoves(scenario, pin(scenario.badRevision));
  const before = system.changes().length;
  await system.approve(view, ana, 'evict');
  const again = await system.until(
    scenario.caseId,
    ['proposed'],
    ({ proposal }) => proposal?.digest !== view.proposal?.digest,
  );
  expect(again.receipts.map(({ result }) => result)).toEqual(['refused']);
  expect(system.changes()).toHaveLength(before);
  // Asked again, with new digests; the old approval is worth nothing, a new one is.
  expect((await system.approve(view, ana, 'evict')).outcome).toBe('stale');
  await system.approve(again, ana, 'evict');
  expect((await system.until(scenario.caseId, ['contained', 'failed'])).state).toBe('contained');
});

atLength('a service that had only a maximum gets its scaling back, and serves again', async () => {
  const scenario = seedScenario(system.sandbox, { onlyMaximum: true });
  publish(scenario);
  const view = await system.until(scenario.caseId, ['proposed']);
  await system.approve(view, ana, 'evict');
  const done = await system.until(scenario.caseId, ['contained', 'failed']);
  expect(done).toMatchObject({ state: 'contained' });
  expect(done.receipts.at(-1)?.after.scaling).toEqual({ mode: 'automatic', max: 8 });
});

test('promise 13: a change that does not bring quiet is not called contained; the next rung is proposed', async () => {
  const scenario = seedScenario(system.sandbox);
  publish(scenario);
  const view = await system.until(scenario.caseId, ['proposed']);
  await system.approve(view, ana, 'move-traffic');
  const verifying = await system.until(scenario.caseId, ['verifying']);
  expect(verifying.receipts.map(({ result }) => result)).toEqual(['changed']);
  const again = await waitLong(scenario.caseId, view.proposal!.digest);
  expect(again.timeline.some(({ text }) => text.includes('changed, not quiet'))).toBe(true);
  expect(again.proposal?.plans.find(({ recommended }) => recommended)?.plan.kind).toBe('evict');
  await system.approve(again, ana, 'evict');
  const done = await system.until(scenario.caseId, ['contained', 'failed']);
  expect(done.state).toBe('contained');
  // What is given back is what the service had before this case touched it.
  expect(done.receipts.at(-1)?.after.scaling).toEqual(
    view.investigation?.settings.status === 'answered' ? view.investigation.settings.value.fields.scaling : undefined,
  );
});

async function waitLong(caseId: string, digest: string) {
  for (;;) {
    const view = await system.until(caseId, ['verifying', 'proposed', 'investigating', 'failed', 'contained']);
    if (view.state === 'proposed' && view.proposal?.digest !== digest) return view;
    if (view.state === 'failed' || view.state === 'contained') throw new Error(`${view.state}: ${view.reason}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

describe('promise 1: one case per finding', () => {
  test('resolved in SCC: the case withdraws; our own mark does not reopen it; a real new activation does', async () => {
    const scenario = seedScenario(system.sandbox);
    publish(scenario);
    const first = await system.until(scenario.caseId, ['proposed']);
    publish(scenario, { state: 'INACTIVE', eventTime: laterThan(scenario, 120) });
    await system.until(scenario.caseId, ['withdrawn']);
    await system.client.workflow.getHandle(scenario.caseId).result();
    // The mark came back as a notification; give it time to be taken for a new one.
    await settled();
    expect((await system.view(scenario.caseId)).run).toBe(first.run);
    publish(scenario, { state: 'ACTIVE', eventTime: laterThan(scenario, 240) });
    const second = await system.until(scenario.caseId, ['proposed'], ({ run }) => run !== first.run);
    expect(second.timeline[0]?.text).toContain(first.run);
  });

  test.each(['silent', 'notify'] as const)('our own mark never reopens a case, whether it is %s', async (marks) => {
    system.sandbox.control.setReality({ marks });
    const scenario = seedScenario(system.sandbox);
    publish(scenario);
    const view = await system.until(scenario.caseId, ['proposed']);
    await system.send(view.id, await system.sign(view, ana, { kind: 'hand-over' }));
    await system.client.workflow.getHandle(scenario.caseId).result();
    await settled();
    const description = await system.client.workflow.getHandle(scenario.caseId).describe();
    expect(description).toMatchObject({ runId: view.run, status: { name: 'COMPLETED' } });
  });

  /** Until intake has nothing more in hand: everything published was acknowledged. */
  async function settled(): Promise<void> {
    const acknowledged = () => system.sandbox.control.calls({ method: 'StreamingPull' }).length;
    const before = acknowledged();
    for (let round = 0; round < 20 && acknowledged() === before; round += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

describe('promise 3: who only reaches Temporal changes nothing', () => {
  test.each(['rubbish', 'a receipt signed by a stranger'])(
    'a foreign worker on the respond queue that answers %s is not believed',
    async (kind) => {
      const other = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
      other.startIntake();
      other.startWorker(['cases', 'observe', 'virustotal']);
      const bea = await other.addAnalyst('bea');
      const stranger = await newSigningKey('respond');
      const connection = await NativeConnection.connect({ address: other.address });
      const foreign = await Worker.create({
        connection,
        taskQueue: taskQueues(other.configuration.taskQueuePrefix).respond,
        activities: {
          applyAction: async ({ plan }: { plan: { case: string } }) =>
            kind === 'rubbish'
              ? { payload: 'e30', protected: 'e30', signature: 'e30' }
              : signJson(
                  { type: 'firebreak.receipt.v1', case: plan.case, result: 'changed' },
                  'firebreak.receipt.v1',
                  stranger,
                ),
        },
      });
      const running = foreign.run();
      const scenario = seedScenario(other.sandbox);
      other.sandbox.control.publish(scenario.notification);
      const view = await other.until(scenario.caseId, ['proposed']);
      await other.approve(view, bea, 'evict');
      const again = await other.until(
        scenario.caseId,
        ['proposed', 'failed', 'contained'],
        ({ proposal }) => proposal?.openedAt !== view.proposal?.openedAt || proposal?.digest !== view.proposal?.digest,
      );
      expect(again.state).toBe('proposed');
      expect(again.proposal?.assessment.known[0]?.reason).toMatch(/not a receipt/);
      expect(again.receipts).toEqual([]);
      foreign.shutdown();
      await running;
      await connection.close();
      await other.close();
    },
  );
});

test('a vote survives a revision that leaves its plan alone, and late facts revise the proposal', async () => {
  const other = await startSystem({ FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '2', FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  other.startIntake();
  other.startWorker(['cases', 'observe', 'respond']);
  const bea = await other.addAnalyst('bea');
  const scenario = seedScenario(other.sandbox);
  other.sandbox.control.publish(scenario.notification);
  // No worker asks VirusTotal: the proposal comes without.
  const view = await other.until(scenario.caseId, ['proposed']);
  expect(view.assessment?.verdict).not.toBe('malicious');
  expect(view.assessment?.unknown.some(({ text }) => text.startsWith('The reputation of'))).toBe(true);
  const signed = await other.sign(view, bea, {
    kind: 'plan',
    plan: view.proposal!.plans.find(({ plan }) => plan.kind === 'evict')!.digest,
  });
  other.startWorker(['virustotal']);
  const revised = await other.until(scenario.caseId, ['proposed'], ({ proposal }) => proposal?.revision === 2);
  expect(revised.assessment?.verdict).toBe('malicious');
  expect(revised.proposal?.plans.map(({ digest }) => digest)).toEqual(view.proposal?.plans.map(({ digest }) => digest));
  // Signed on what was seen before the revision: the plan is the same, digest for digest.
  expect((await other.send(view.id, signed)).outcome).toBe('accepted');
  expect((await other.until(scenario.caseId, ['contained', 'failed'])).state).toBe('contained');
  await other.close();
});

test('what SCC answers late is taken over as it is, and not asked for once more', async () => {
  const other = await startSystem({ FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '2' });
  other.startIntake();
  other.startWorker(['cases', 'virustotal']);
  const scenario = seedScenario(other.sandbox);
  other.sandbox.control.publish(scenario.notification);
  // Nobody reads: as when so many findings come that a case's turn is after its budget.
  expect((await other.until(scenario.caseId, ['proposed'])).proposal?.plans).toEqual([]);
  other.startWorker(['observe']);
  await other.until(scenario.caseId, ['proposed'], ({ proposal }) => (proposal?.plans.length ?? 0) > 0);
  const { events } = await other.client.workflow.getHandle(scenario.caseId).fetchHistory();
  const asked = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
  expect(asked.filter((name) => name === 'takeFirstLook' || name === 'fetchFinding')).toEqual([
    'takeFirstLook',
    'fetchFinding',
  ]);
  expect(await replayDifferences(other.client, scenario.caseId)).toEqual([]);
  await other.close();
});

test('where instances are to be counted and may not be, the case says that they are not known, and is not held up', async () => {
  const other = await startSystem({ FIREBREAK_MONITORING: 'on' });
  other.sandbox.control.fault({ role: 'observe', method: 'ListTimeSeries', code: 'PERMISSION_DENIED' });
  other.startIntake();
  other.startWorker();
  const bea = await other.addAnalyst('bea');
  const scenario = seedScenario(other.sandbox);
  other.sandbox.control.publish(scenario.notification);
  await other.approve(await other.until(scenario.caseId, ['proposed']), bea, 'evict');
  const done = await other.until(scenario.caseId, ['contained', 'failed']);
  expect(done.state).toBe('contained');
  expect(done.timeline.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/is quiet; instance counts: not known \(.*PERMISSION_DENIED/),
  );
  await other.close();
});
