import { expect, test } from 'vitest';
import { cancelExecutions } from './cancel-executions.ts';
import { exampleContext } from './example-context.ts';

test('what runs is cancelled, whichever executions that are by then, and there is nothing to give back', () => {
  const plan = cancelExecutions.build(exampleContext('job'));
  expect(plan?.actions).toMatchObject([{ precondition: {}, change: { running: [] }, inverse: {} }]);
  expect(plan?.actions[0]?.title).toContain('nightly-x7k2p');
});

test('where nothing runs it is not offered', () => {
  expect(cancelExecutions.build(exampleContext('job', { running: [] }))).toBeNull();
});
