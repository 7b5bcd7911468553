import { afterAll, beforeAll, expect, test } from 'vitest';
import { row } from './support/detector-fixtures.ts';
import { answered, startWorld, type World } from './support/detector-fixtures-run.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('a finding on a Cloud Run instance becomes a case: it is stopped, contained, and started again by undo', async () => {
  const view = await answered(world, { ...row('CLOUD_RUN_REVERSE_SHELL', 'instance'), number: 900 });
  expect(view.finding.resource?.kind).toBe('instance');
  expect(view.proposal?.plans.map(({ plan }) => plan.kind)).toEqual(['stop-instance']);
  expect(view.proposal?.recommendation.reason).toContain('an instance has no earlier state to go back to');
  expect(view.assessment?.unknown.map(({ text }) => text)).not.toContain('Which revision is compromised');
});
