import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../../model/digest.ts';
import { differences, type Fields } from '../../model/fields.ts';
import type { Action, Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import { wayBack } from './undo.ts';

const target = { kind: 'service', project: 'p', location: 'l', name: 'web' } as const;

function planOf(actions: readonly Action[], nonce = 'n', mode: Plan['mode'] = 'live'): Plan {
  return {
    kind: 'some',
    case: 'c',
    run: 'r',
    nonce,
    mode,
    notAfter: '',
    title: '',
    undo: '',
    actions,
    stops: [],
    doesNotStop: [],
    breaks: [],
    missingEvidence: [],
    quorum: { approvers: 1, role: 'approver' },
    watch: { quietSeconds: 0 },
  };
}

function action(id: string, change: Fields, more: Partial<Action> = {}): Action {
  return {
    id,
    kind: 'update-service',
    title: id,
    target,
    when: 'at-once',
    precondition: {},
    change,
    inverse: Object.fromEntries(Object.keys(change).map((name) => [name, null])),
    ...more,
  };
}

/** What respond would sign: the whole resource before and after. */
function carryOut(plan: Plan, live: Map<string, Fields>): Receipt[] {
  return plan.actions.map((one) => {
    const name = one.target.name;
    const before = live.get(name) ?? {};
    const after = { ...before, ...one.change };
    live.set(name, after);
    const about = { type: 'firebreak.receipt.v1', case: 'c', run: 'r', plan: digestOf(plan), action: one.id } as const;
    const times = { startedAt: '', finishedAt: '' };
    return {
      ...about,
      decisions: [],
      mode: 'live',
      result: 'changed',
      detail: '',
      before,
      after,
      operation: '',
      ...times,
    };
  });
}

const revision = fc.constantFrom('web-1', 'web-2', 'web-3');
const traffic = fc.array(
  fc.record({ type: fc.constant('revision' as const), revision, percent: fc.integer({ min: 0, max: 100 }) }),
  { minLength: 1, maxLength: 3 },
);
const scaling = fc.oneof(
  fc.record({ mode: fc.constant('manual' as const), manual: fc.integer({ min: 0, max: 9 }) }),
  // A maximum that was never set comes back as Cloud Run's default, written out: on the documented list.
  fc.record({
    mode: fc.constant('automatic' as const),
    min: fc.integer({ min: 0, max: 5 }),
    max: fc.integer({ min: 1, max: 100 }),
  }),
);
const ingress = fc.constantFrom('INGRESS_TRAFFIC_ALL', 'INGRESS_TRAFFIC_INTERNAL_ONLY');
const invokers = fc.uniqueArray(fc.constantFrom('allUsers', 'user:a@example.com', 'user:b@example.com'));
const resource = fc.record({ traffic, scaling, ingress, invokerIamDisabled: fc.boolean(), invokers });
const ofService = fc
  .record({ traffic, scaling, ingress, invokerIamDisabled: fc.boolean() }, { requiredKeys: [] })
  .filter((fields) => Object.keys(fields).length > 0);
const name = fc.constantFrom('web', 'api');
const step = fc.oneof(
  fc.record({ kind: fc.constant('update-service' as const), change: ofService, name }),
  fc.record({ kind: fc.constant('set-invokers' as const), change: fc.record({ invokers }), name }),
);
const plans = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });

test('promise 6: whatever plans changed of whatever resources, the way back gives every field its value, and finds what it expects', () => {
  fc.assert(
    fc.property(resource, resource, plans, (web, api, drawn) => {
      const live = new Map<string, Fields>([
        ['web', web],
        ['api', api],
      ]);
      const made = drawn.map((actions, index) =>
        planOf(
          actions.map(({ change, name: at, kind }, place) =>
            action(`a${place + 1}`, change, { target: { ...target, name: at }, kind }),
          ),
          String(index),
        ),
      );
      const receipts = made.flatMap((plan) => carryOut(plan, live));
      const back = wayBack(made, receipts);
      for (const one of back.actions) {
        expect(differences(one.precondition, live.get(one.target.name)!)).toEqual([]);
        live.set(one.target.name, { ...live.get(one.target.name), ...one.change });
      }
      expect(differences(web, live.get('web')!)).toEqual([]);
      expect(differences(api, live.get('api')!)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('what cannot be given back is said, and what was refused, failed or only played is left alone', () => {
  const plan = planOf([
    action(
      'a1',
      { exists: false },
      { kind: 'delete', inverse: null, title: 'delete it', target: { ...target, name: 'api' } },
    ),
    action('a2', { running: [] }, { kind: 'cancel-executions', inverse: {}, title: 'cancel all' }),
    action('a3', { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }),
  ]);
  const played = planOf(plan.actions, 'n', 'dry-run');
  const receipts = carryOut(plan, new Map([['web', { ingress: 'INGRESS_TRAFFIC_ALL' }]]));
  const refused = receipts.map((receipt) => ({ ...receipt, result: 'refused' as const }));
  const dry = carryOut(played, new Map());
  const back = wayBack([plan, played], [...receipts, ...refused, ...dry]);
  expect(back.actions.map(({ change: fields }) => fields)).toEqual([{ ingress: 'INGRESS_TRAFFIC_ALL' }]);
  expect(back.lost).toEqual(['cancel all: there is nothing to give back', 'delete it: it cannot be undone']);
});

test('a swapped template comes back as a new revision with the template and account that it had', () => {
  const before = { template: { revision: 'web-00002-abc', serviceAccount: 'own@p.iam.gserviceaccount.com' } };
  const swap = { from: 'web-00001-xyz', revision: 'web-fbq-1', serviceAccount: 'quarantine@p.iam.gserviceaccount.com' };
  const plan = planOf([action('a1', { template: swap })]);
  const [given] = wayBack([plan], carryOut(plan, new Map([['web', before]]))).actions;
  expect(given?.precondition.template?.revision).toBe('web-fbq-1');
  expect(given?.change.template).toMatchObject({
    from: 'web-00002-abc',
    serviceAccount: 'own@p.iam.gserviceaccount.com',
  });
  expect(given?.change.template?.revision).toMatch(/^web-00002-abc-fbu-[0-9a-f]{6}$/);
});
