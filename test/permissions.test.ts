import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { cloudLoggingActivities } from '../activities/cloud-logging.ts';
import type { FindingFacts } from '../model/observation.ts';
import type { sealedLooking } from '../activities/observing.ts';
import type { CloudRunResource } from '../model/finding.ts';
import { differences, type Fields } from '../model/fields.ts';
import { type GoogleRole, googleRoles, permissionsOfRole, readingPermissionsOf } from '../model/permissions.ts';
import { type Action, type ActionKind, actionRoles, type ResponderRole, type Target } from '../model/plan.ts';
import { responderOf } from '../worker/responders.ts';
import { servingsOf } from '../worker/roles.ts';
import { permissionsNeeded } from './support/iam-names.ts';
import { seedScenario } from './support/scenario.ts';
import { startSystem, type System } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_RESPONDERS: 'respond,respond-iam,destructive',
    FIREBREAK_MONITORING: 'on',
  });
  system.startIntake();
  system.startWorker();
  await playCase();
  await readEveryKind();
  await changeEverything();
});
afterAll(() => system.close());

const place = { project: 'rhea-prod-4421', location: 'europe-west1', name: 'granted' } as const;
const target = {
  service: { kind: 'service', ...place },
  job: { kind: 'job', ...place },
  workerPool: { kind: 'workerPool', ...place },
  instance: { kind: 'instance', ...place },
} as const;
const good = 'granted-00001-abc';
const revisions = [
  { name: good, image: 'a:1', createTime: '2026-11-01T00:00:00Z' },
  { name: 'granted-00002-xyz', image: 'a:2', createTime: '2026-11-20T00:00:00Z' },
];
const seeded = { ...place, projectNumber: '442100000001', operationMilliseconds: 50 };

/** A finding from Pub/Sub to contained: what a case reads, marks and changes. */
async function playCase(): Promise<void> {
  const ana = await system.addAnalyst('ana');
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  const proposed = await system.until(scenario.caseId, ['proposed']);
  expect((await system.approve(proposed, ana, 'evict')).outcome).toBe('accepted');
  expect((await system.until(scenario.caseId, ['contained', 'failed'])).state).toBe('contained');
  await system.client.workflow.getHandle(scenario.caseId).result();
}

/** The kinds of resource that the case was not about, read as a case reads them. */
async function readEveryKind(): Promise<void> {
  seedAll();
  const servings = await servingsOf('observe', system.configuration);
  const environment = new MockActivityEnvironment();
  const read = activitiesOf<ReturnType<typeof sealedLooking>>(servings, 'readSettings');
  const logs = activitiesOf<ReturnType<typeof cloudLoggingActivities>>(servings, 'investigateIdentity');
  for (const kind of ['service', 'job', 'workerPool', 'instance'] as const) {
    const resource: CloudRunResource = { kind, ...place };
    expect(await environment.run((asked: CloudRunResource) => read.readSettings(asked), resource)).toMatchObject({
      value: { kind },
    });
  }
  const account = `shop@${place.project}.iam.gserviceaccount.com`;
  const since = '2026-11-20T00:00:00Z';
  await environment.run(logs.investigateIdentity, { resource: target.service, account, since });
  await Promise.all(servings.map(({ close }) => close()));
}

/** The activities of the serving that has the named one. */
function activitiesOf<T>(servings: Awaited<ReturnType<typeof servingsOf>>, name: keyof T & string): T {
  const found = servings.find(({ activities }) => name in activities);
  if (found === undefined) throw new Error(`no worker has ${name}`);
  return found.activities as T;
}

function seedAll(): void {
  const { control } = system.sandbox;
  const now = new Date(control.now() - 60_000).toISOString();
  control.seedService({ ...seeded, revisions, invokers: ['allUsers'] });
  control.seedWorkerPool({ ...seeded, revisions, scaling: { mode: 'MANUAL', manual: 1 }, invokers: ['allUsers'] });
  control.seedInstance({ ...seeded, image: 'a:1', createTime: now, graceSeconds: 0 });
  control.seedJob({
    ...seeded,
    image: 'a:1',
    createTime: now,
    executions: [now],
    graceSeconds: 0,
    invokers: ['allUsers'],
  });
}

const template = {
  from: good,
  revision: 'granted-fbq-1',
  serviceAccount: 'quarantine@rhea-prod-4421.iam.gserviceaccount.com',
};

/** Every kind of action on every kind of resource that it can be of, by the role that it belongs to. */
const changes: readonly (readonly [ActionKind, Target, Fields])[] = [
  ['update-service', target.service, { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY', template }],
  ['update-worker-pool', target.workerPool, { scaling: { mode: 'manual', manual: 0 } }],
  ['switch-instance', target.instance, { runs: false }],
  ['switch-instance', target.instance, { runs: true }],
  ['set-invokers', target.service, { invokers: [] }],
  ['set-invokers', target.job, { invokers: [] }],
  ['set-invokers', target.workerPool, { invokers: [] }],
  ['cancel-executions', target.job, { running: [] }],
  ['delete', { ...target.service, revision: good }, { exists: false }],
  ['delete', target.service, { exists: false }],
  ['delete', target.job, { exists: false }],
];

const nothingSaid = { eventTime: '2026-11-20T00:00:00Z', containers: [] } as unknown as FindingFacts;

async function changeEverything(): Promise<void> {
  seedAll();
  const responders = new Map<ResponderRole, ReturnType<typeof responderOf>>();
  for (const [kind, where, change] of changes) {
    const role = actionRoles[kind];
    const responder = responders.get(role) ?? responderOf(role, system.configuration.google, 'live');
    responders.set(role, responder);
    const executor = responder.executors[kind];
    if (executor === undefined) throw new Error(`${role} has no executor for ${kind}`);
    const action: Action = {
      id: 'a1',
      kind,
      title: kind,
      target: where,
      when: 'at-once',
      precondition: {},
      change,
      inverse: {},
    };
    // Each role makes a plan again with its own eyes before its first action.
    await responder.readSettings(where, nothingSaid);
    const live = await executor.read(where);
    await executor.validate?.(action, live, 'test');
    const started = await executor.start(action, live, 'test');
    if (started !== 'not-needed') await started?.ended();
    const { fields } = await executor.read(where);
    expect({ kind, missing: differences(change, fields) }).toEqual({ kind, missing: [] });
  }
  await Promise.all([...responders.values()].map(({ close }) => close()));
}

const callsOf = (role: GoogleRole) => system.sandbox.control.calls({ role });

test.each(googleRoles)(
  '%s makes no call that its role does not grant, and is granted nothing that no call needs',
  (role) => {
    const calls = callsOf(role);
    expect(calls.length).toBeGreaterThan(0);
    expect([...new Set(calls.flatMap(permissionsNeeded))].sort()).toEqual(permissionsOfRole(role));
  },
);

test('no call of any role was refused for want of a permission, and none came by an identity that nobody has', () => {
  const all = system.sandbox.control.calls();
  expect(all.filter(({ code }) => code === 'PERMISSION_DENIED')).toEqual([]);
  const roles = new Set(all.map(({ role }) => role).filter((role) => role !== 'virustotal' && role !== 'publisher'));
  expect([...roles].sort()).toEqual([...googleRoles].sort());
});

test('a responder has executors for the kinds of action that are its role’s, and for no others', async () => {
  for (const role of ['respond', 'respond-iam', 'destructive'] as const) {
    const { executors, close } = responderOf(role, system.configuration.google, 'live');
    const own = Object.entries(actionRoles).flatMap(([kind, of]) => (of === role ? [kind] : []));
    expect(Object.keys(executors).sort()).toEqual(own.sort());
    await close();
  }
});

test('every activity that observes says what it needs', async () => {
  const servings = await servingsOf('observe', system.configuration);
  const names = servings.flatMap(({ activities }) => Object.keys(activities));
  expect(Object.keys(readingPermissionsOf.observe).sort()).toEqual(names.sort());
  await Promise.all(servings.map(({ close }) => close()));
});

test('every call that changes something says why: the case and its decision, or what the test gave', () => {
  const changing = system.sandbox.control
    .calls()
    .filter(({ method, role }) => /\/(Update|Set|Delete|Cancel|Create|Run)/.test(method) && role !== 'publisher');
  expect(new Set(changing.map(({ method }) => method.split('/').at(-1)))).toContain('UpdateSecurityMarks');
  for (const { method, reason } of changing)
    expect({ method, reason }).toEqual({
      method,
      reason: expect.stringMatching(/^(?:test|firebreak case finding-\S+ decision \S+)$/),
    });
});
