import { expect, test } from 'vitest';
import { deleteJob } from './delete-job.ts';
import { exampleContext } from './example-context.ts';

test('what runs is cancelled before the job goes', () => {
  const plan = deleteJob.build(exampleContext('job'));
  expect(plan?.actions).toMatchObject([
    { id: 'a1', kind: 'cancel-executions', change: { running: [] } },
    { id: 'a2', kind: 'delete', precondition: { exists: true }, change: { exists: false }, inverse: null },
  ]);
});

test('a job of which nothing runs is only deleted', () => {
  const plan = deleteJob.build(exampleContext('job', { running: [] }));
  expect(plan?.actions.map(({ id, kind }) => [id, kind])).toEqual([['a1', 'delete']]);
  expect(plan?.undo).toMatch(/^It cannot be undone/);
});
