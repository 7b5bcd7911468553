import { afterAll, beforeAll, expect, test } from 'vitest';
import { credentials } from '@grpc/grpc-js';
import { runFirebreak } from '../cli/test/run-firebreak.ts';
import { replayDifferences } from './faults/support/replays.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

function lookAgain(id: string) {
  const args = ['look-again', id, '--json', '--state-dir', system.stateDir];
  return runFirebreak(args, { ...system.environment, TEMPORAL_ADDRESS: system.address });
}

/** The owner deletes the revision that there is to go back to. */
async function ownerDeletes(service: string, revision: string): Promise<void> {
  const { RevisionsClient } = await import('@google-cloud/run');
  const options = {
    apiEndpoint: '127.0.0.1',
    port: system.sandbox.basePort + 2,
    sslCreds: credentials.createInsecure(),
  };
  const client = new RevisionsClient(options);
  const name = `projects/rhea-prod-4421/locations/europe-west1/services/${service}/revisions/${revision}`;
  const [operation] = await client.deleteRevision({ name });
  await operation.promise();
  await client.close();
}

test('a case that is asked to look again reads everything anew, and its proposal is of what is so now', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed']);
  expect(view.proposal?.plans.map(({ plan }) => plan.kind)).toContain('evict');
  await ownerDeletes(scenario.service, scenario.goodRevision);
  const looked = await lookAgain(view.id);
  expect(looked).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(looked.stdout)).toMatchObject({ case: view.id, looked: true, revised: true });
  const revised = await system.view(view.id);
  expect(revised).toMatchObject({ state: 'proposed', run: view.run });
  expect(revised.proposal?.plans.map(({ plan }) => plan.kind)).not.toContain('evict');
  await system.approve(revised, ana, 'scale-to-zero');
  await system.until(view.id, ['contained']);
  const ended = await lookAgain(view.id);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/has ended.*reopen/) });
  expect(await replayDifferences(system.client, view.id)).toEqual([]);
});
