import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../model/digest.ts';
import type { Decision, SignedDecision } from '../model/decision.ts';
import type { Plan } from '../model/plan.ts';
import type { Receipt, SignedReceipt } from '../model/receipt.ts';
import { freePortBase } from '../local/ports.ts';
import { closeClients, type RespondClients, respondClients } from '../runtime/google-clients.ts';
import { ensureTrust } from '../runtime/first-trust.ts';
import { folderLedger } from '../runtime/ledger.ts';
import { newSigningKey, publicHalf, signJson, type SigningKey } from '../runtime/signatures.ts';
import { statePaths } from '../runtime/state-folder.ts';
import { trustDocument, writeRoster } from '../runtime/trust.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { seedScenario, type Scenario } from '../test/support/scenario.ts';
import { containmentActivities } from './containment.ts';
import { updateService } from './containment/update-service.ts';

const run = 'run-1';
let folder: string;
let sandbox: Sandbox;
let clients: RespondClients;
let respondKey: SigningKey;
let ana: SigningKey;
let ben: SigningKey;
let expired: SigningKey;
let scenario: Scenario;
let plan: Plan;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-respond-'));
  sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off' });
  clients = respondClients({ host: '127.0.0.1', port: sandbox.basePort });
  const paths = statePaths(folder);
  const root = await ensureTrust(paths);
  respondKey = await newSigningKey('respond');
  [ana, ben, expired] = [await newSigningKey('ana'), await newSigningKey('ben'), await newSigningKey('eve')];
  const person = (id: string, key: SigningKey, notAfter: string) => ({
    id,
    roles: ['approver' as const],
    credentials: [{ id: key.kid, kind: 'ed25519' as const, publicKey: publicHalf(key), notAfter }],
  });
  const approvers = [
    person('ana', ana, '2099-01-01T00:00:00Z'),
    person('ben', ben, '2099-01-01T00:00:00Z'),
    person('eve', expired, '2020-01-01T00:00:00Z'),
  ];
  const issuedAt = new Date().toISOString();
  await writeRoster(paths.trust, { type: 'firebreak.roster.v1', issuedAt, approvers, responders: [] }, root);
});
afterAll(async () => {
  await closeClients(clients);
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  sandbox.control.clearFaults();
  sandbox.control.clearCalls();
  scenario = seedScenario(sandbox);
  plan = await planFor();
});

/** Pins all traffic to the good revision: enough to see whether a write happened. */
async function planFor(change: Partial<Plan> = {}): Promise<Plan> {
  const target = {
    kind: 'service',
    project: 'rhea-prod-4421',
    location: 'europe-west1',
    name: scenario.service,
  } as const;
  const live = await updateService(clients).read(target);
  const found = { traffic: live.fields.traffic! };
  return {
    kind: 'move-traffic',
    case: scenario.caseId,
    run,
    nonce: 'n',
    mode: 'live',
    notAfter: new Date(Date.now() + 3_600_000).toISOString(),
    title: 'Move traffic',
    actions: [
      {
        id: 'a1',
        kind: 'update-service',
        title: 'pin',
        target,
        when: 'at-once',
        precondition: found,
        change: { traffic: [{ type: 'revision', revision: scenario.goodRevision, percent: 100 }] },
        inverse: found,
      },
    ],
    stops: [],
    doesNotStop: [],
    breaks: [],
    undo: '',
    quorum: { approvers: 1, role: 'approver' },
    missingEvidence: [],
    watch: { revision: scenario.badRevision, quietSeconds: 0 },
    ...change,
  };
}

function approval(key: SigningKey, approver: string, change: Partial<Decision> = {}): Promise<SignedDecision> {
  const decision: Decision = {
    type: 'firebreak.decision.v1',
    id: `d-${approver}`,
    case: plan.case,
    run,
    proposal: '0'.repeat(64),
    choice: { kind: 'plan', plan: digestOf(plan) },
    reason: 'seen',
    approver,
    credential: key.kid,
    signedAt: new Date().toISOString(),
    ...change,
  };
  return signJson(decision, 'firebreak.decision.v1', key);
}

interface Attempt {
  readonly decisions: readonly SignedDecision[];
  readonly plan?: Plan;
  readonly workflow?: { readonly workflowId: string; readonly runId: string };
  readonly attempt?: number;
  readonly ledger?: string;
}

/** One attempt of the activity, as a respond worker runs it. */
async function attempt({
  decisions,
  plan: given = plan,
  workflow,
  attempt: number = 1,
  ledger = join(folder, 'ledger'),
}: Attempt): Promise<SignedReceipt> {
  const activities = containmentActivities({
    executors: { 'update-service': updateService(clients) },
    trust: trustDocument(statePaths(folder).trust),
    ledger: folderLedger(ledger),
    receiptKey: respondKey,
    approvalFreshness: 1_800,
  });
  const environment = new MockActivityEnvironment({
    attempt: number,
    workflowExecution: workflow ?? { workflowId: given.case, runId: run },
  });
  return environment.run(activities.applyAction, { plan: given, decisions, action: 'a1' });
}

const read = (receipt: SignedReceipt): Receipt =>
  JSON.parse(Buffer.from(receipt.payload, 'base64url').toString('utf8')) as Receipt;
const apply = async (given: Attempt): Promise<Receipt> => read(await attempt(given));
const writes = () =>
  sandbox.control
    .calls({ method: 'UpdateService' })
    .filter(({ request }) => (request as { validateOnly?: boolean }).validateOnly !== true);
const effective = () => writes().filter(({ code }) => code === 'OK');

describe('promise 3: no change without approval, checked where the change is made', () => {
  test('an approved action changes the service and says what it was before and after', async () => {
    const receipt = await apply({ decisions: [await approval(ana, 'ana')] });
    expect(receipt).toMatchObject({ result: 'changed', decisions: ['d-ana'], before: plan.actions[0]!.precondition });
    expect(receipt.after.traffic).toEqual(plan.actions[0]!.change.traffic);
    expect(receipt.operation).toMatch(/\/operations\//);
    for (const { reason } of sandbox.control.calls({ method: 'UpdateService' }))
      expect(reason).toBe(`firebreak case ${plan.case} decision d-ana`);
  });

  const forged = async () => ({
    ...(await approval(ana, 'ana')),
    signature: (await approval(ana, 'ana', { reason: 'another' })).signature,
  });
  test.each<[string, () => Promise<Attempt>]>([
    ['without a decision', async () => ({ decisions: [] })],
    ['with a forged signature', async () => ({ decisions: [await forged()] })],
    [
      'with a key that is not on the roster',
      async () => ({ decisions: [await approval(await newSigningKey('ana'), 'ana')] }),
    ],
    ['with an expired credential', async () => ({ decisions: [await approval(expired, 'eve')] })],
    ['with a decision in another approver’s name', async () => ({ decisions: [await approval(ana, 'ben')] })],
    [
      'with a decision for another case',
      async () => ({ decisions: [await approval(ana, 'ana', { case: 'finding-1-other' })] }),
    ],
    ['with a decision for another run', async () => ({ decisions: [await approval(ana, 'ana', { run: 'run-0' })] })],
    [
      'with a decision for another plan',
      async () => ({ decisions: [await approval(ana, 'ana')], plan: { ...plan, nonce: 'm' } }),
    ],
    [
      'with a decision to dismiss',
      async () => ({ decisions: [await approval(ana, 'ana', { choice: { kind: 'dismiss' } })] }),
    ],
    [
      'for a plan of another workflow',
      async () => ({ decisions: [await approval(ana, 'ana')], workflow: { workflowId: 'other', runId: run } }),
    ],
    [
      'with an approval from 31 minutes ago',
      async () => ({
        decisions: [await approval(ana, 'ana', { signedAt: new Date(Date.now() - 31 * 60_000).toISOString() })],
      }),
    ],
    [
      'with one approver counted twice',
      async () => {
        plan = { ...plan, quorum: { approvers: 2, role: 'approver' } };
        return { decisions: [await approval(ana, 'ana'), await approval(ana, 'ana', { id: 'd-2' })] };
      },
    ],
  ])('nothing changes %s', async (_how, make) => {
    const receipt = await apply(await make());
    expect(receipt.result).toBe('refused');
    expect(receipt.detail).not.toBe('');
    expect(writes()).toEqual([]);
  });

  test('two approvers reach a quorum of two', async () => {
    plan = { ...plan, quorum: { approvers: 2, role: 'approver' } };
    const receipt = await apply({ decisions: [await approval(ana, 'ana'), await approval(ben, 'ben')] });
    expect(receipt).toMatchObject({ result: 'changed', decisions: ['d-ana', 'd-ben'] });
  });

  test('a decision that was used answers its receipt again and changes nothing, also after the change was undone by hand', async () => {
    const decisions = [await approval(ana, 'ana')];
    const first = await attempt({ decisions });
    sandbox.control.clearCalls();
    const undone = { name: plan.actions[0]!.target.name };
    await clients.services.updateService({
      service: {
        name: `projects/rhea-prod-4421/locations/europe-west1/services/${undone.name}`,
        traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
      },
      updateMask: { paths: ['traffic'] },
    });
    expect(await attempt({ decisions })).toEqual(first);
    expect(effective()).toHaveLength(1);
  });

  test('nothing changes while the ledger cannot be written', async () => {
    const notAFolder = join(folder, 'not-a-folder');
    await writeFile(notAFolder, '');
    await expect(attempt({ decisions: [await approval(ana, 'ana')], ledger: notAFolder })).rejects.toThrow(/ledger/);
    expect(writes()).toEqual([]);
  });
});

describe('promise 4: exactly what was approved', () => {
  const change = (traffic: object[]) =>
    clients.services.updateService({
      service: { name: `projects/rhea-prod-4421/locations/europe-west1/services/${scenario.service}`, traffic },
      updateMask: { paths: ['traffic'] },
    });

  test('a resource that changed since the approval is refused with the difference', async () => {
    const [operation] = await change([
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: scenario.badRevision, percent: 100 },
    ]);
    await operation.promise();
    sandbox.control.clearCalls();
    const receipt = await apply({ decisions: [await approval(ana, 'ana')] });
    expect(receipt.result).toBe('refused');
    expect(receipt.detail).toContain(scenario.badRevision);
    expect(writes()).toEqual([]);
  });

  test('a resource that is as wanted already needs no write', async () => {
    const [operation] = await change([
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: scenario.goodRevision, percent: 100 },
    ]);
    await operation.promise();
    sandbox.control.clearCalls();
    expect(await apply({ decisions: [await approval(ana, 'ana')] })).toMatchObject({ result: 'already-so' });
    expect(writes()).toEqual([]);
  });
});

describe('a write is effective once, though answers get lost', () => {
  /** Lets the validation pass, and loses the answer to the change itself. */
  async function loseTheAnswer(decisions: readonly SignedDecision[]): Promise<void> {
    sandbox.control.fault({
      method: 'UpdateService',
      role: 'respond',
      mode: 'apply-then-lose',
      code: 'UNAVAILABLE',
      count: 2,
    });
    // The validation's answer is lost first: nothing is written, and the attempt is repeated by Temporal.
    await expect(attempt({ decisions })).rejects.toThrow(/UNAVAILABLE/);
    sandbox.control.clearFaults();
  }

  test('an answer lost before anything was written is simply asked for again', async () => {
    const decisions = [await approval(ana, 'ana')];
    await loseTheAnswer(decisions);
    expect(writes()).toEqual([]);
    expect(await apply({ decisions, attempt: 2 })).toMatchObject({ result: 'changed' });
    expect(effective()).toHaveLength(1);
  });

  test('an answer lost after the change is found again by the retry, with the state before', async () => {
    const decisions = [await approval(ana, 'ana')];
    // The change is applied, but its operation is never heard of again.
    sandbox.control.fault({ method: 'GetOperation', role: 'respond', code: 'UNAVAILABLE', count: 50 });
    await expect(attempt({ decisions })).rejects.toThrow(/UNAVAILABLE/);
    sandbox.control.clearFaults();
    let receipt: Receipt | undefined;
    while (receipt === undefined) receipt = await apply({ decisions, attempt: 2 }).catch(stillWorking);
    expect(receipt).toMatchObject({ result: 'changed', before: plan.actions[0]!.precondition });
    expect(receipt.detail).toMatch(/lost/);
    expect(effective()).toHaveLength(1);
  });

  test('two attempts at once are one change and one receipt', async () => {
    const decisions = [await approval(ana, 'ana')];
    const outcomes = await Promise.allSettled([attempt({ decisions }), attempt({ decisions })]);
    let receipt: Receipt | undefined;
    while (receipt === undefined) receipt = await apply({ decisions, attempt: 2 }).catch(stillWorking);
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') expect(read(outcome.value)).toEqual(receipt);
    expect(effective()).toHaveLength(1);
  });

  function stillWorking(error: unknown): undefined {
    if (!/still works|ABORTED/.test(String(error))) throw error;
    return undefined;
  }

  test('an operation that Cloud Run ends in an error is a failed receipt, and the service is as before', async () => {
    const response = await fetch(`http://127.0.0.1:${sandbox.basePort}/cloud-run/operation-fault`, {
      method: 'POST',
      body: JSON.stringify({
        service: scenario.service,
        code: 'FAILED_PRECONDITION',
        message: 'revision is not ready',
        count: 1,
      }),
    });
    expect(response.status).toBeLessThan(300);
    const receipt = await apply({ decisions: [await approval(ana, 'ana')] });
    expect(receipt).toMatchObject({ result: 'failed', after: { traffic: plan.actions[0]!.precondition.traffic } });
    expect(receipt.detail).toContain('revision is not ready');
  });

  test('a call that is not allowed is a failed receipt', async () => {
    sandbox.control.fault({ method: 'UpdateService', role: 'respond', code: 'PERMISSION_DENIED' });
    expect(await apply({ decisions: [await approval(ana, 'ana')] })).toMatchObject({ result: 'failed' });
  });
});
