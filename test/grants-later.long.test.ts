import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedScenario } from './support/scenario.ts';
import { startSystem, type System } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_WATCH_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

test('what lacked and is granted while a case waits makes its plans approvable, without anybody’s doing', async () => {
  const ana = await system.addAnalyst('ana');
  const { control } = system.sandbox;
  const download = 'artifactregistry.repositories.downloadArtifacts' as const;
  control.seedGrants([{ role: 'respond', permission: download, on: '*' }]);
  const scenario = seedScenario(system.sandbox);
  control.publish(scenario.notification);
  const evictIn = ({ proposal }: Awaited<ReturnType<System['view']>>) =>
    proposal?.plans.find(({ plan }) => plan.kind === 'evict');
  const lacking = await system.until(scenario.caseId, ['proposed']);
  expect(evictIn(lacking)?.unavailable).toContain('respond lacks iam.serviceAccounts.actAs');
  control.seedGrants([
    { role: 'respond', permission: download, on: '*' },
    { role: 'respond', permission: 'iam.serviceAccounts.actAs', on: '*' },
  ]);
  const granted = await system.until(scenario.caseId, ['proposed'], ({ proposal }) => (proposal?.revision ?? 0) > 1);
  expect(evictIn(granted)).toMatchObject({ recommended: true });
  expect(evictIn(granted)?.unavailable).toBeUndefined();
  expect((await system.approve(granted, ana, 'evict')).outcome).toBe('accepted');
  expect((await system.until(scenario.caseId, ['contained', 'failed'])).state).toBe('contained');
});
