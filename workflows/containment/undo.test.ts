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

test('a count of instances that was not told is not made up: the way back says so', () => {
  const stop = action('a1', { scaling: { mode: 'manual', manual: 0 } }, { kind: 'update-worker-pool' });
  const plan = planOf([stop]);
  const receipts = carryOut(plan, new Map([['web', { scaling: { mode: 'manual' } }]]));
  expect(wayBack([plan], receipts)).toEqual({
    actions: [],
    lost: [expect.stringMatching(/did not tell how many instances/)],
  });
});

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

const pinned = { traffic: [{ type: 'revision' as const, revision: 'web-1', percent: 100 }] };

test('a case that changed nothing of what it wanted gives nothing back, and says once that it holds it no longer', () => {
  const plan = planOf([action('a1', pinned)]);
  const found = carryOut(plan, new Map()).map((one) => ({ ...one, result: 'already-so' as const }));
  const back = wayBack([plan], found);
  expect(back.actions).toMatchObject([{ id: 'a1', target, precondition: {}, change: {}, inverse: {} }]);
  const undo: Plan = { ...planOf(back.actions, 'u'), kind: 'undo' };
  const released = carryOut(undo, new Map()).map((one) => ({ ...one, result: 'already-so' as const }));
  expect(wayBack([plan, undo], [...found, ...released]).actions).toEqual([]);
});

test('what a call without an answer may have changed is not given back, and said with what was there when it was approved', () => {
  const before = { traffic: [{ type: 'revision' as const, revision: 'web-2', percent: 100 }] };
  const plan = planOf([action('a1', pinned, { title: 'pin it', precondition: before })]);
  const found = carryOut(plan, new Map([['web', before]])).map((one) => ({
    ...one,
    result: 'already-so' as const,
    whose: 'not-known' as const,
  }));
  const back = wayBack([plan], found);
  expect(back.actions.map(({ change }) => change)).toEqual([{}]);
  expect(back.lost.join()).toMatch(
    /pin it: whether the case or somebody else did it is not known.*traffic: web-2 100 %/,
  );
});

test('what somebody deployed while a case changed the template is given back, and not what was there before', () => {
  const before = {
    template: { revision: 'web-00002-abc', serviceAccount: 'own@p' },
    traffic: [{ type: 'latest' as const, percent: 100 }],
  };
  const plan = planOf([
    action('a1', { template: { from: 'web-1', revision: 'web-fbq-1', serviceAccount: 'none@p' }, ...pinned }),
  ]);
  const fix = { name: 'web-00003-fix', createTime: '2026-11-20T00:00:00Z', creator: 'ana@p', serviceAccount: 'new@p' };
  const receipts = carryOut(plan, new Map([['web', before]])).map((one) => ({
    ...one,
    meanwhile: { before: 1, after: 0, others: [], revisions: [fix] },
  }));
  const [given] = wayBack([plan], receipts).actions;
  expect(given?.change.template).toMatchObject({ from: 'web-00003-fix', serviceAccount: 'new@p' });
  expect(given?.title).toContain('web-00003-fix, deployed by ana@p while the case changed it');
});
