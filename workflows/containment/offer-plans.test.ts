import { expect, test } from 'vitest';
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
  watchSeconds: 0,
  watchEverySeconds: 300,
};
const everything = ['process', 'entry', 'identity', 'image'] as const;

test('every rung for a service is offered, the least destructive first', () => {
  expect(offerPlans(everything, exampleContext('service'), terms, rails, []).map(({ plan }) => plan.kind)).toEqual([
    'move-traffic',
    'remove-public-invokers',
    'restrict-ingress',
    'evict',
    'quarantine',
    'scale-to-zero',
    'delete-revision',
    'delete-service',
  ]);
});

test('what cannot be undone needs two approvers, all else one', () => {
  const plans = offerPlans(everything, exampleContext('job'), terms, rails, []);
  expect(plans.map(({ plan }) => [plan.kind, plan.quorum.approvers])).toEqual([
    ['cancel-executions', 1],
    ['stop-job', 1],
    ['delete-job', 2],
  ]);
});

test('what cannot be undone is not available while evidence is missing', () => {
  const plans = offerPlans(everything, exampleContext('job'), { ...terms, missingEvidence: ['logs'] }, rails, []);
  expect(plans.filter(({ unavailable }) => unavailable !== undefined).map(({ plan }) => plan.kind)).toEqual([
    'delete-job',
  ]);
});

test('a rung against none of the threats is not offered', () => {
  const plans = offerPlans(['identity'], exampleContext('service'), terms, rails, []);
  expect(plans.map(({ plan }) => plan.kind)).toEqual(['quarantine']);
});

test('a plan that says the same keeps its nonce, and so its digest: votes for it stand', () => {
  const first = offerPlans(everything, exampleContext('job'), terms, rails, []);
  const again = offerPlans(everything, exampleContext('job'), { ...terms, nonce: 'n2' }, rails, first);
  expect(again.map(({ digest }) => digest)).toEqual(first.map(({ digest }) => digest));
});
