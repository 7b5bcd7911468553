import { afterAll, beforeAll, expect, test } from 'vitest';
import { detectors } from '../model/detectors/catalogue.ts';
import { row, rows } from './support/detector-fixtures.ts';
import { answered, startWorld, type World } from './support/detector-fixtures-run.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('each detector has a line in the table for each kind of resource that it can name', () => {
  const table = rows.map(({ module, kind }) => `${module} ${kind}`);
  for (const { apiName, resources } of detectors)
    for (const kind of resources) expect(table).toContain(`${apiName} ${kind}`);
  expect(new Set(table).size).toBe(table.length);
});

const sample = [
  row('CLOUD_RUN_MALICIOUS_URL_OBSERVED', 'service'),
  row('CLOUD_RUN_JOBS_CRYPTOMINING_COMMANDS', 'job'),
  row('CLOUD_RUN_LAUNCH_CODE_COMPILER_TOOL_IN_CONTAINER', 'workerPool'),
  row('CLOUD_RUN_SERVICES_SET_IAM_POLICY', 'service'),
  row('CLOUD_RUN_NOT_YET_HEARD_OF', 'service'),
];

const named = sample.map((row) => [row.name, row] as const);
test.concurrent.each(named)('%s: from Pub/Sub to contained, and back as it was', async (_name, row) => {
  const { proposal, assessment } = await answered(world, row);
  const schedule = /schedule.* nightly-\d+-scheduler-trigger in europe-west1 \(every 1 minutes, Etc\/UTC, enabled\)/;
  const said = (proposal?.plans ?? []).filter(({ plan }) => schedule.test(plan.doesNotStop.join('\n')));
  // What starts a job again stands in each plan that leaves it, and among what is left to people.
  expect(said.map(({ plan }) => plan.kind)).toEqual(row.kind === 'job' ? ['cancel-executions', 'stop-job'] : []);
  expect(schedule.test(assessment?.todo.join('\n') ?? '')).toBe(row.kind === 'job');
});
