import { expect, test } from 'vitest';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { Action } from '../../model/plan.ts';
import { finishPlan } from './finish.ts';

const target = { kind: 'service', project: 'shop', location: 'europe-west1', name: 'checkout-api' } as const;
const stopped = { mode: 'manual', manual: 0 } as const;
const giveBack: Action = {
  id: 'a2',
  kind: 'update-service',
  title: 'scaling given back',
  target,
  when: 'after-quiet',
  precondition: { scaling: stopped },
  change: { scaling: { mode: 'automatic', max: 8 } },
  inverse: { scaling: stopped },
};
const settings: ResourceSettings = {
  ...target,
  uri: '',
  lastModifier: '',
  updateTime: '',
  publicInvoker: 'unknown',
  serviceAccount: '',
  fields: { exists: true, scaling: stopped },
  latestReadyRevision: '',
  revisions: [],
  executions: [],
  secretNames: [],
  flags: [],
  evidence: { kind: 'settings', sha256: '0'.repeat(64), bytes: 1, mediaType: 'application/json' },
};
const left = (actions: readonly Action[]) => ({ actions, reason: 'halted by ana', watch: { quietSeconds: 60 } });

test('what waited for quiet is done at once, where nothing is left to do before it', () => {
  expect(finishPlan(left([giveBack]), settings)?.actions).toEqual([{ ...giveBack, when: 'at-once' }]);
  const first: Action = { ...giveBack, id: 'a1', when: 'at-once' };
  expect(finishPlan(left([first, giveBack]), settings)?.actions).toEqual([first, giveBack]);
});

test('it says why it ended there', () => {
  expect(JSON.stringify(finishPlan(left([giveBack]), settings))).toContain('halted by ana');
});

test.each<[string, ResourceSettings]>([
  ['was changed since', { ...settings, fields: { exists: true, scaling: { mode: 'automatic', max: 8 } } }],
  ['is another one', { ...settings, name: 'other' }],
])('nothing is offered to be finished where the resource %s', (_, found) => {
  expect(finishPlan(left([giveBack]), found)).toBeNull();
});
