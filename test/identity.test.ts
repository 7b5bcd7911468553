import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedScenario } from './support/scenario.ts';
import { startSystem, type System } from './support/system.ts';

const account = 'checkout-run@rhea-prod-4421.iam.gserviceaccount.com';

let system: System;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '4' });
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

/** The thief makes a key from a machine of his own. */
function makeKey(id: string): void {
  system.sandbox.control.putLogEntries([
    {
      logName: 'projects/rhea-prod-4421/logs/cloudaudit.googleapis.com%2Factivity',
      resource: { type: 'service_account', labels: { project_id: 'rhea-prod-4421' } },
      timestamp: Date.now() - 1_000,
      severity: 'NOTICE',
      insertId: id,
      labels: {},
      protoPayload: {
        serviceName: 'iam.googleapis.com',
        methodName: 'google.iam.admin.v1.CreateServiceAccountKey',
        resourceName: `projects/-/serviceAccounts/${account}`,
        authenticationInfo: { principalEmail: account },
        requestMetadata: { callerIp: '198.51.100.77' },
      },
    },
  ]);
}

const texts = (statements: readonly { readonly text: string }[] | undefined): string[] =>
  (statements ?? []).map(({ text }) => text);

test('what a thief did with the service account is in the assessment, with what is not known of it', async () => {
  makeKey('one');
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  const { assessment, investigation } = await system.until(scenario.caseId, ['proposed']);
  expect(investigation?.identity).toMatchObject({
    status: 'answered',
    value: { account, keysMade: { count: 1 }, addresses: [{ ip: '198.51.100.77', calls: 1 }] },
  });
  expect(texts(assessment?.known)).toContain(`${account} made keys or tokens, 1 call`);
  expect(texts(assessment?.unknown)).toEqual(
    expect.arrayContaining([
      `Which data and secrets ${account} read`,
      `Whether ${account} could delete the container’s logs`,
    ]),
  );
});

test('settings that do not answer in time hold up neither the logs nor the proposal; the traces come when they do', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.fault({ method: 'Services/GetService', role: 'observe', code: 'UNAVAILABLE', count: 1_000 });
  system.sandbox.control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed']);
  expect(view.investigation?.settings.status).toBe('pending');
  expect(view.investigation?.logs.status).toBe('answered');
  expect(view.investigation?.identity).toMatchObject({ status: 'pending' });
  expect(texts(view.assessment?.unknown)).toContain('What the workload’s service account was used for');
  expect(view.proposal?.plans).toEqual([]);

  system.sandbox.control.clearFaults();
  const late = await system.until(
    scenario.caseId,
    ['proposed'],
    ({ investigation, proposal }) => investigation?.identity.status === 'answered' && (proposal?.revision ?? 0) >= 2,
  );
  expect(late.investigation?.identity).toMatchObject({ value: { account } });
  expect(late.proposal?.plans.length).toBeGreaterThan(0);
  expect(texts(late.assessment?.known).some((text) => text.startsWith(account))).toBe(true);
});

test('whether an older revision carried traffic comes late where the settings did: the proposal goes back to it then', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.fault({ method: 'Services/GetService', role: 'observe', code: 'UNAVAILABLE', count: 1_000 });
  system.sandbox.control.publish(scenario.notification);
  const { proposal } = await system.until(scenario.caseId, ['proposed']);
  expect(proposal?.recommendation.plan).toBeUndefined();

  system.sandbox.control.clearFaults();
  const { assessment } = await system.until(scenario.caseId, ['proposed'], (view) =>
    Boolean(view.proposal?.recommendation.plan?.startsWith('evict-')),
  );
  expect(assessment?.knownGood).toEqual({
    name: scenario.goodRevision,
    reason: expect.stringContaining('Google’s request log has requests to it before the first sign'),
  });
});
