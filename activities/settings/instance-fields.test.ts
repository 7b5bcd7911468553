import { expect, test } from 'vitest';
import { instanceFields } from './instance-fields.ts';

type State = 'CONDITION_SUCCEEDED' | 'CONDITION_PENDING' | 'CONDITION_FAILED' | 'CONDITION_RECONCILING';
const running = (state: State) => ({ type: 'Running', state });

test.each<[string, Parameters<typeof instanceFields>[0], boolean]>([
  ['runs', { terminalCondition: running('CONDITION_SUCCEEDED') }, true],
  ['is stopped, as PENDING', { terminalCondition: running('CONDITION_PENDING') }, false],
  ['is stopped, as FAILED', { terminalCondition: running('CONDITION_FAILED') }, false],
  ['is told by a condition beside the terminal one', { conditions: [running('CONDITION_PENDING')] }, false],
  ['is worked on', { reconciling: true, terminalCondition: running('CONDITION_PENDING') }, true],
  ['is started', { terminalCondition: running('CONDITION_RECONCILING') }, true],
  ['has another condition only', { terminalCondition: { type: 'Ready', state: 'CONDITION_FAILED' } }, true],
  ['says nothing', {}, true],
])('an instance that %s: what is not known to be stopped may run', (_what, instance, runs) => {
  expect(instanceFields(instance).runs).toBe(runs);
});

test('its generation and uid stand for what it is made from', () => {
  const { template } = instanceFields({ generation: 3, uid: 'u', serviceAccount: 'agent@p.iam.gserviceaccount.com' });
  expect(template).toEqual({ revision: 'generation 3 of u', serviceAccount: 'agent@p.iam.gserviceaccount.com' });
});
