import { defineRung, foundOf, targetOf } from './rung.ts';
import { runningInstances } from './sentences.ts';

const internalOnly = 'INGRESS_TRAFFIC_INTERNAL_ONLY';

/**
 * Restrict ingress: no requests from the Internet. The default address stays on, since internal callers use it too. What counts as internal:
 * Cloud Run, "Restrict network ingress".
 */
export const restrictIngress = defineRung({
  kind: 'restrict-ingress',
  resource: 'service',
  against: ['entry'],
  order: 200,
  summary:
    'The service takes requests from inside only: none from the Internet, nor through an external load balancer. What runs, and what it sends out, goes on.',
  actions: ['update-service'],
  writes: ['ingress'],
  build({ settings }) {
    const { ingress } = settings.fields;
    if (typeof ingress !== 'string' || ingress === internalOnly) return null;
    return {
      title: `Take requests to ${settings.name} from inside only`,
      actions: [
        {
          id: 'a1',
          kind: 'update-service',
          title: 'no requests from the Internet',
          target: targetOf(settings),
          when: 'at-once',
          precondition: foundOf(settings, ['ingress']),
          change: { ingress: internalOnly },
          inverse: { ingress },
        },
      ],
      stops: [
        ingress === 'INGRESS_TRAFFIC_ALL'
          ? 'new requests from the Internet, by any address of the service'
          : 'new requests through an external load balancer',
      ],
      doesNotStop: [
        runningInstances,
        'requests in flight',
        'callers inside: the project’s own and shared VPC networks, the service perimeter, internal load balancers, and schedulers, queues or events of the same project',
      ],
      breaks: [
        `every caller of ${settings.name} from outside gets an error, users behind an external load balancer too`,
      ],
      undo: 'The ingress setting as it was, from the receipt. It would let the Internet in again.',
    };
  },
});
