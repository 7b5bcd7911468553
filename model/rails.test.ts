import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { usualRule } from './fixtures/usual-rule.ts';
import type { Target } from './plan.ts';
import { protectedBy, protectedNameBy, type Rails, targetName, whyUnavailable } from './rails.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?$/);
const targets: fc.Arbitrary<Target> = fc.record({
  kind: fc.constantFrom('service', 'job', 'workerPool'),
  project: label,
  location: label,
  name: label,
});

const service: Target = { kind: 'service', project: 'shop', location: 'europe-west1', name: 'checkout-api' };

describe('the protected list', () => {
  test.each([
    ['projects/shop'],
    ['projects/sh*'],
    ['projects/*'],
    ['projects/shop/locations/europe-west1/services/checkout-api'],
    ['projects/shop/locations/*/services/check*'],
    ['projects/*/locations/*/services/*-api'],
    ['projects/*/locations/*/services/c*k*t-*i'],
  ])('%s covers the service', (entry) => expect(protectedBy(service, ['projects/other', entry])).toBe(entry));

  test.each([
    ['projects/shop-2'],
    ['projects/sho'],
    ['projects/shop/locations/europe-west1/jobs/checkout-api'],
    ['projects/shop/locations/europe-west1/services/checkout'],
    ['projects/shop/locations/us-*/services/checkout-api'],
    ['projects/*/locations/*/services/*api-api'],
    ['projects/*/locations/*/services/check*checkout-api'],
    ['projects'.concat('/s*op/locations/europe-west1/services/checkout-api/revisions/*')],
    ['*/shop/services'],
    [''],
  ])('%j does not', (entry) => expect(protectedBy(service, [entry])).toBeUndefined());

  test('each resource is covered by its name, its project, and by either with any part left out for a star', () => {
    fc.assert(
      fc.property(targets, fc.nat(), fc.nat(), (target, from, length) => {
        const name = targetName(target);
        const project = `projects/${target.project}`;
        expect(protectedBy(target, [name])).toBe(name);
        expect(protectedBy(target, [project])).toBe(project);
        const start = from % (target.name.length + 1);
        const end = Math.min(target.name.length, start + length);
        const starred = `${name.slice(0, name.length - target.name.length)}${target.name.slice(0, start)}*${target.name.slice(end)}`;
        expect(protectedBy(target, [starred])).toBe(starred);
      }),
    );
  });

  test('an entry without a star covers only what begins with all of its segments', () => {
    fc.assert(
      fc.property(targets, targets, (left, right) => {
        const entry = targetName(left);
        expect(protectedBy(right, [entry]) !== undefined).toBe(targetName(right) === entry);
        expect(protectedBy(right, [`projects/${left.project}`]) !== undefined).toBe(left.project === right.project);
      }),
    );
  });

  test('a star stands for text within its segment, never for more segments', () => {
    fc.assert(
      fc.property(targets, (target) => {
        expect(protectedNameBy(targetName(target), ['projects/*/services/*'])).toBeUndefined();
        expect(protectedNameBy(targetName(target), [`projects/*/${target.name}`])).toBeUndefined();
      }),
    );
  });

  test('no entry whatever makes it throw, or takes long', () => {
    fc.assert(fc.property(targets, fc.array(fc.string()), (target, list) => void protectedBy(target, list)));
    expect(protectedNameBy('a'.repeat(50_000), [`${'*a'.repeat(10_000)}b`])).toBeUndefined();
  });
});

describe('why a plan cannot be approved', () => {
  const rails: Rails = {
    mode: 'live',
    responders: ['respond', 'respond-iam'],
    protected: [],
    knownGood: usualRule,
    watchSeconds: 0,
    watchEverySeconds: 300,
  };
  const action = {
    id: 'a1',
    kind: 'update-service',
    title: 'pin',
    target: service,
    when: 'at-once',
    precondition: {},
    change: {},
    inverse: {},
  } as const;
  const plan = (more: object, missingEvidence: string[] = []) => ({
    actions: [action, { ...action, ...more }],
    missingEvidence,
  });

  test('what is reversible, not protected and has its role can be', () => {
    expect(whyUnavailable(plan({}, ['container logs']), rails)).toBeNull();
  });

  test.each<[string, object, Partial<Rails>, RegExp]>([
    [
      'a protected resource of any action',
      { target: { ...service, name: 'ledger' } },
      { protected: ['projects/*/locations/*/services/ledger'] },
      /protected list/,
    ],
    ['a role that is not installed', { kind: 'delete' }, {}, /role destructive is not installed/],
    ['no way back and evidence missing', { inverse: null }, {}, /cannot be undone.*container logs/],
    [
      'a deletion, whatever it says of a way back',
      { kind: 'delete' },
      { responders: ['respond', 'destructive'] },
      /cannot be undone/,
    ],
  ])('%s', (_, more, changed, why) => {
    expect(whyUnavailable(plan(more, ['container logs']), { ...rails, ...changed })).toMatch(why);
  });
});
