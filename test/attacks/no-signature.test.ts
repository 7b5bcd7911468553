import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResponderRole } from '../../model/plan.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import { seedScenario } from '../support/scenario.ts';
import { startSystem, type System } from '../support/system.ts';
import { changesIn } from './support/cloud.ts';
import { type ForeignWorker, foreignWorker } from './support/foreign-worker.ts';

const zero = { scaling: { mode: 'manual', manual: 0 } };
let system: System;
let somebody: ForeignWorker;
beforeAll(async () => {
  system = await startSystem();
  system.startWorker(['respond', 'respond-iam', 'destructive']);
  somebody = foreignWorker(system.client, `nobody-${randomUUID()}`);
});
afterAll(async () => {
  await somebody.stop();
  await system.close();
});

/** A foreign workflow asks a changing role for something that nobody has signed. */
async function asked(role: ResponderRole, action: object, terms: object, service: string): Promise<unknown> {
  const run = await somebody.start('anything', `finding-1-${randomUUID()}`);
  const target = { kind: 'service', project: 'rhea-prod-4421', location: 'europe-west1', name: service };
  const first = { id: 'a1', title: '', target, when: 'after-quiet', precondition: {}, inverse: {}, ...action };
  const plan = {
    kind: 'evict',
    case: run.id,
    run: run.run,
    nonce: randomUUID(),
    mode: 'live',
    notAfter: '2099-01-01T00:00:00Z',
    title: '',
    actions: [first],
    stops: [],
    doesNotStop: [],
    breaks: [],
    undo: '',
    quorum: { role: 'approver' },
    missingEvidence: [],
    watch: { quietSeconds: 1e308 },
    ...terms,
  };
  const argument = { plan, decisions: [], action: 'a1' };
  const on = taskQueues(system.configuration.taskQueuePrefix)[role];
  await somebody.schedule(run, { activity: 'applyAction', on, argument });
  return changesIn(system.sandbox, service);
}

const nobodysQuorum = {};
test.each([
  ['no number of approvers', nobodysQuorum],
  ['a number of approvers that is none', { quorum: { role: 'approver', approvers: 'x' } }],
])('without any decision and with %s, respond scales nothing to zero', async (_what, terms) => {
  const { service } = seedScenario(system.sandbox);
  const change = { kind: 'update-service', change: zero };
  expect(await asked('respond', change, terms, service)).toEqual([]);
});

test('without any decision no revision is deployed as another account, nor opened to everybody', async () => {
  const { service, goodRevision } = seedScenario(system.sandbox);
  const template = {
    from: goodRevision,
    revision: `${service}-00099-own`,
    serviceAccount: 'owner@rhea-prod-4421.iam.gserviceaccount.com',
  };
  const change = { kind: 'update-service', change: { template, invokerIamDisabled: true } };
  expect(await asked('respond', change, nobodysQuorum, service)).toEqual([]);
});

test('without any decision nobody becomes an invoker', async () => {
  const { service } = seedScenario(system.sandbox, { which: 1 });
  const change = { kind: 'set-invokers', change: { invokers: ['allUsers', 'user:somebody@example.net'] } };
  expect(await asked('respond-iam', change, nobodysQuorum, service)).toEqual([]);
});

test('without any decision nothing is deleted', async () => {
  const { service } = seedScenario(system.sandbox);
  const change = { kind: 'delete', change: { exists: false }, inverse: null };
  expect(await asked('destructive', change, nobodysQuorum, service)).toEqual([]);
});
