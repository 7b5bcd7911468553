import { ServicesClient } from '@google-cloud/run';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedScenario } from '../support/scenario.ts';
import { startSystem, type System } from '../support/system.ts';
import { offered } from './support/people.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

test('whoever may write the policy of a service keeps no plan from being made by a member that is very long', async () => {
  const scenario = seedScenario(system.sandbox);
  const services = new ServicesClient({
    apiEndpoint: '127.0.0.1',
    port: system.sandbox.basePort + 2,
    sslCreds: credentials.createInsecure(),
  });
  const resource = `projects/${system.sandbox.project}/locations/europe-west1/services/${scenario.service}`;
  const pool = 'principalSet://iam.googleapis.com/projects/481516234200/locations/global/workloadIdentityPools/p';
  const members = ['allUsers', `${pool}/attribute.sub/${'x'.repeat(2_000)}`];
  await services.setIamPolicy({ resource, policy: { bindings: [{ role: 'roles/run.invoker', members }] } });
  await services.close();
  system.sandbox.control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed']);
  expect(view.investigation?.settings).toMatchObject({ status: 'answered' });
  expect(offered(view, 'evict')).toBeDefined();
});

test('whoever may write an annotation of a service keeps no plan from being made by one that is very long', async () => {
  const scenario = seedScenario(system.sandbox);
  const services = new ServicesClient({
    apiEndpoint: '127.0.0.1',
    port: system.sandbox.basePort + 2,
    sslCreds: credentials.createInsecure(),
  });
  const name = `projects/${system.sandbox.project}/locations/europe-west1/services/${scenario.service}`;
  const [operation] = await services.updateService({
    service: { name, annotations: { 'cnrm.cloud.google.com/x': 'x'.repeat(200_000) } },
    updateMask: { paths: ['annotations'] },
  });
  await operation.promise();
  await services.close();
  system.sandbox.control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed']);
  expect(view.investigation?.settings).toMatchObject({ status: 'answered' });
  expect(offered(view, 'evict')?.plan.doesNotStop.join()).toContain('Config Connector (cnrm.cloud.google.com/x=xxx');
});
