import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUndo } from '../cli/undo/start-undo.ts';
import type { CaseView } from '../model/case.ts';
import type { Grants } from '../model/grants.ts';
import type { OfferedPlan } from '../model/plan.ts';
import { usualRoles } from '../runtime/task-queues.ts';
import type { GrantDescription } from '../sandbox/iam/grants.ts';
import { foreignRole } from './attacks/support/foreign-role.ts';
import { seedScenario, type Scenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

const quarantine = 'quarantine@rhea-prod-4421.iam.gserviceaccount.com';
const repository = 'projects/rhea-prod-4421/locations/europe-west1/repositories/apps';
const actAs = 'iam.serviceAccounts.actAs';
const download = 'artifactregistry.repositories.downloadArtifacts';

let system: System;
let ana: Analyst;
let respond: { stop(): Promise<void> };
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_QUARANTINE_ACCOUNT: quarantine,
    FIREBREAK_WATCH_SECONDS: '0',
  });
  ana = await system.addAnalyst('ana');
  system.startIntake();
  system.startWorker(usualRoles(system.configuration).filter((role) => role !== 'respond'));
  respond = system.startWorker(['respond']);
});
afterAll(() => system.close());

let count = 0;

/** An account of its own for each case: what is granted is believed for a while. */
function accountOfItsOwn(): string {
  count += 1;
  return `shop-${count}@rhea-prod-4421.iam.gserviceaccount.com`;
}

function grant(...granted: readonly (readonly [permission: typeof actAs | typeof download, on: string])[]): void {
  const grants = granted.map(([permission, on]): GrantDescription => ({ role: 'respond', permission, on }));
  system.sandbox.control.seedGrants(grants);
}

async function proposed(account: string): Promise<{ readonly scenario: Scenario; readonly view: CaseView }> {
  const scenario = seedScenario(system.sandbox, { account });
  system.sandbox.control.publish(scenario.notification);
  return { scenario, view: await system.until(scenario.caseId, ['proposed']) };
}

function plan({ proposal }: CaseView, kind: string): OfferedPlan {
  const offered = proposal?.plans.find((one) => one.plan.kind === kind);
  if (offered === undefined) throw new Error(`no plan ${kind} is offered`);
  return offered;
}

const updates = ['move-traffic', 'restrict-ingress', 'evict', 'scale-to-zero'];

test('a plan that respond lacks actAs for says so before anybody approves it, and is not recommended', async () => {
  const account = accountOfItsOwn();
  grant([download, repository]);
  const { scenario, view } = await proposed(account);
  for (const kind of updates)
    expect(plan(view, kind).unavailable).toBe(
      `cannot be carried out: respond lacks ${actAs} on ${account}; grant respond roles/iam.serviceAccountUser on ${account}`,
    );
  // Who may invoke is written by another role, into a policy.
  expect(plan(view, 'remove-public-invokers').unavailable).toBeUndefined();
  expect(view.proposal?.recommendation).toMatchObject({
    choice: 'hand-over',
    reason: expect.stringContaining(`Respond lacks ${actAs} on ${account}`),
  });
  expect(await system.approve(view, ana, 'evict')).toMatchObject({
    outcome: 'not-authorised',
    detail: expect.stringContaining(`respond lacks ${actAs} on ${account}`),
  });
  expect(system.changes().filter(({ request }) => JSON.stringify(request).includes(scenario.service))).toEqual([]);
});

test('a plan whose images respond may not read says so, with the repository', async () => {
  const account = accountOfItsOwn();
  grant([actAs, account]);
  // Another repository, which no case before this one has looked at.
  const { control } = system.sandbox;
  const scenario = seedScenario(system.sandbox, { account, repository: 'private' });
  control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed']);
  const images = repository.replace('apps', 'private');
  expect(plan(view, 'evict').unavailable).toBe(
    `cannot be carried out: respond lacks ${download} on ${images}; grant respond roles/artifactregistry.reader on ${images}`,
  );
});

test('what a plan makes runs as another account: it needs actAs on that one, and not on the one that it runs as now', async () => {
  grant([actAs, quarantine], [download, repository]);
  const { view } = await proposed(accountOfItsOwn());
  expect(plan(view, 'evict').unavailable).toContain('cannot be carried out');
  expect(plan(view, 'quarantine').unavailable).toBeUndefined();
  expect((await system.approve(view, ana, 'quarantine')).outcome).toBe('accepted');
  expect((await system.until(view.id, ['contained', 'failed'])).state).toBe('contained');
});

test('where Google lets a validation pass all the same, the plan can be approved, is not recommended, and works', async () => {
  grant();
  system.sandbox.control.setReality({ 'update-permissions': 'not-asked' });
  const account = accountOfItsOwn();
  const { view } = await proposed(account);
  const evict = plan(view, 'evict');
  expect({ ...evict, plan: undefined }).toMatchObject({ recommended: false, doubt: expect.stringContaining(account) });
  expect(evict.unavailable).toBeUndefined();
  expect((await system.approve(view, ana, 'evict')).outcome).toBe('accepted');
  expect((await system.until(view.id, ['contained', 'failed'])).state).toBe('contained');
  system.sandbox.control.setReality({ 'update-permissions': 'asked' });
});

test('where what is granted cannot be asked, that is not known, and the plan is recommended', async () => {
  const { control } = system.sandbox;
  grant([actAs, '*'], [download, '*']);
  control.fault({ method: 'IAM/TestIamPermissions', role: 'respond', code: 'PERMISSION_DENIED', count: 1_000 });
  const account = accountOfItsOwn();
  const { view } = await proposed(account);
  control.clearFaults();
  expect(plan(view, 'evict')).toMatchObject({ recommended: true });
  expect(view.assessment?.unknown).toContainEqual({
    text: 'Whether respond is granted what its plans need',
    reason: expect.stringContaining(`${actAs} on ${account}: `),
  });
});

test('the way back says what respond lacks before anybody approves it', async () => {
  const account = accountOfItsOwn();
  grant([actAs, account], [download, repository]);
  const { view } = await proposed(account);
  await system.approve(view, ana, 'scale-to-zero');
  expect((await system.until(view.id, ['contained', 'failed'])).state).toBe('contained');
  await system.client.workflow.getHandle(view.id).result();
  grant([download, repository]);
  // Another process of the role, which believes nothing yet.
  await respond.stop();
  respond = system.startWorker(['respond']);
  await startUndo(system.configuration, view.id, { json: true, typed: (words) => words });
  const undo = await system.until(`undo-${view.id}-1`, ['proposed', 'failed']);
  expect(plan(undo, 'undo').unavailable).toContain(`respond lacks ${actAs} on ${account}`);
  expect(undo.proposal?.recommendation.choice).toBe('hand-over');
});

test('what somebody who serves respond’s queue says that it lacks is not known: respond has not signed it', async () => {
  const account = accountOfItsOwn();
  grant([actAs, '*'], [download, '*']);
  await respond.stop();
  const somebody = await foreignRole(system, 'respond', (activity, answer) =>
    activity === 'lookAtGrants' ? lackingAll(answer as Grants) : answer,
  );
  const { view } = await proposed(account);
  await somebody.stop();
  respond = system.startWorker(['respond']);
  expect(plan(view, 'evict')).toMatchObject({ recommended: true });
  expect(plan(view, 'evict').unavailable).toBeUndefined();
  expect(view.assessment?.unknown).toContainEqual({
    text: 'Whether respond is granted what its plans need',
    reason: expect.stringContaining('not signed by respond'),
  });
});

function lackingAll(said: Grants): Grants {
  return { ...said, validation: 'refused', grants: said.grants.map((one) => ({ ...one, answer: 'lacking' as const })) };
}

test('it takes nothing of a case’s history: observe asks, and brings the answer with its first look', async () => {
  const account = accountOfItsOwn();
  grant([actAs, account], [download, '*']);
  const { view } = await proposed(account);
  expect(view.investigation?.grants).toMatchObject({ status: 'answered', value: { account } });
  expect(await activitiesOf(view)).not.toContain('lookAtGrants');
});

test('where observe gets no answer the case asks respond on its own', async () => {
  const account = accountOfItsOwn();
  grant([download, '*']);
  await respond.stop();
  const scenario = seedScenario(system.sandbox, { account });
  system.sandbox.control.publish(scenario.notification);
  const waiting = await system.until(
    scenario.caseId,
    ['investigating', 'proposed'],
    ({ confirmed }) => confirmed === 'confirmed',
  );
  respond = system.startWorker(['respond']);
  const view = await system.until(
    scenario.caseId,
    ['proposed'],
    ({ investigation }) => investigation?.grants?.status === 'answered',
  );
  expect(await activitiesOf(waiting)).toContain('lookAtGrants');
  expect(plan(view, 'evict').unavailable).toContain(`respond lacks ${actAs} on ${account}`);
});

async function activitiesOf({ id }: CaseView): Promise<string[]> {
  const { events } = await system.client.workflow.getHandle(id).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: of }) => of?.activityType?.name ?? []);
}
