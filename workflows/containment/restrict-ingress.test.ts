import { expect, test } from 'vitest';
import { exampleContext } from './example-context.ts';
import { restrictIngress } from './restrict-ingress.ts';

test('an open service takes requests from inside only, and the setting found is what is given back', () => {
  const plan = restrictIngress.build(exampleContext('service'));
  expect(plan?.actions).toMatchObject([
    {
      kind: 'update-service',
      precondition: { ingress: 'INGRESS_TRAFFIC_ALL' },
      change: { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' },
      inverse: { ingress: 'INGRESS_TRAFFIC_ALL' },
    },
  ]);
});

test('a service behind an external load balancer is closed too, and the plan says that this is what it stops', () => {
  const plan = restrictIngress.build(exampleContext('service', { ingress: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER' }));
  expect(plan?.stops).toEqual(['new requests through an external load balancer']);
});

test('it says that an open shell goes on', () => {
  expect(restrictIngress.build(exampleContext('service'))?.doesNotStop.join()).toContain('open shell');
});

test.each([
  ['it is closed already', exampleContext('service', { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' })],
  ['the setting is not known', exampleContext('service', {}, ['ingress'])],
])('it is not offered where %s', (_words, context) => {
  expect(restrictIngress.build(context)).toBeNull();
});
