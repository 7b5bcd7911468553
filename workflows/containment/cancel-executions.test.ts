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

test('the schedules that will start it again are named, those that are paused are not', () => {
  const text = cancelExecutions.build(exampleContext('job'))?.doesNotStop.join('\n') ?? '';
  expect(text).toContain('these schedules will, since Firebreak pauses none: nightly-run in europe-west1');
  expect(text).not.toContain('nightly-old');
});
