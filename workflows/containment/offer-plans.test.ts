import { expect, test } from 'vitest';
import { usualRule } from '../../model/fixtures/usual-rule.ts';
import { isIrreversible, type OfferedPlan } from '../../model/plan.ts';
import type { Rails } from '../../model/rails.ts';
import { exampleContext } from './example-context.ts';
import { offerPlans, type Terms } from './offer-plans.ts';

const terms: Terms = {
  case: 'finding-5678-reverseshell1',
  run: 'run-1',
  nonce: 'n1',
  notAfter: '2026-11-20T13:00:00Z',
  missingEvidence: [],
  mode: 'live',
};
const rails: Rails = {
  mode: 'live',
  responders: ['respond', 'respond-iam', 'destructive'],
  protected: [],
  knownGood: usualRule,
  watchSeconds: 0,
  watchEverySeconds: 300,
};
const everything = ['process', 'entry', 'identity', 'image'] as const;

/** Those of the list that are offered, in the order in which they are: a new rung changes nothing of that. */
const among = (names: readonly string[], plans: readonly OfferedPlan[]): string[] =>
  plans.map(({ plan }) => plan.kind).filter((kind) => names.includes(kind));

test('every rung for a service is offered, the least destructive first', () => {
  const names = ['move-traffic', 'remove-public-invokers', 'restrict-ingress', 'evict', 'quarantine', 'scale-to-zero'];
  const all = [...names, 'delete-revision', 'delete-service'];
  expect(among(all, offerPlans(everything, exampleContext('service'), terms, rails, []))).toEqual(all);
});

test('what cannot be undone needs two approvers, all else one', () => {
  const plans = offerPlans(everything, exampleContext('job'), terms, rails, []);
  for (const { plan } of plans) expect(plan.quorum.approvers, plan.kind).toBe(isIrreversible(plan) ? 2 : 1);
  expect(plans.filter(({ plan }) => isIrreversible(plan)).map(({ plan }) => plan.kind)).toContain('delete-job');
});

test('what cannot be undone is not available while evidence is missing', () => {
  const plans = offerPlans(everything, exampleContext('job'), { ...terms, missingEvidence: ['logs'] }, rails, []);
  for (const { plan, unavailable } of plans) expect(unavailable !== undefined, plan.kind).toBe(isIrreversible(plan));
});

test('a rung against none of the threats is not offered', () => {
  const plans = offerPlans(['identity'], exampleContext('service'), terms, rails, []);
  expect(plans.map(({ plan }) => plan.kind)).toContain('quarantine');
  expect(among(['move-traffic', 'evict', 'scale-to-zero'], plans)).toEqual([]);
});

test('a plan that says the same keeps its nonce, and so its digest: votes for it stand', () => {
  const first = offerPlans(everything, exampleContext('job'), terms, rails, []);
  const again = offerPlans(everything, exampleContext('job'), { ...terms, nonce: 'n2' }, rails, first);
  expect(again.map(({ digest }) => digest)).toEqual(first.map(({ digest }) => digest));
});
