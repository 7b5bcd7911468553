import { expect, test } from 'vitest';
import { exampleContext } from './example-context.ts';
import { stopInstance } from './stop-instance.ts';

test('an instance that runs is stopped, and started again by the way back', () => {
  const [action] = stopInstance.build(exampleContext('instance'))?.actions ?? [];
  expect(action).toMatchObject({
    kind: 'switch-instance',
    target: { kind: 'instance', name: 'agent' },
    precondition: { runs: true, template: { revision: 'generation 3 of 5f0e' } },
    change: { runs: false },
    inverse: { runs: true },
  });
});

test('of one that is stopped, or of which it is not said, nothing is offered', () => {
  expect(stopInstance.build(exampleContext('instance', { runs: false }))).toBeNull();
  expect(stopInstance.build(exampleContext('instance', {}, ['runs']))).toBeNull();
});
