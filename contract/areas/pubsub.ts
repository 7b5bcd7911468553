import type { Area } from '../claim.ts';
import { deliveryClaims } from './pubsub-delivery.ts';
import { subscriptionClaims } from './pubsub-subscriptions.ts';

/** Pub/Sub, as intake rests on it. */
export const pubsub: Area = {
  title: 'Pub/Sub (`google.pubsub.v1`)',
  served:
    'Served: Publisher CreateTopic, GetTopic, ListTopics, DeleteTopic, Publish; Subscriber CreateSubscription, GetSubscription, ListSubscriptions, DeleteSubscription, Pull, StreamingPull, Acknowledge, ModifyAckDeadline; `IAMPolicy` TestIamPermissions for subscriptions. The topic `scc-findings` and its subscription `firebreak` exist from the start.',
  claims: [...deliveryClaims, ...subscriptionClaims],
  own: [
    'Deadlines are looked at every 100 ms.',
    'After a restart every unacknowledged message is delivered again, as by a server that lost its leases.',
    'Messages are kept until acknowledged, without an end.',
    'Push, BigQuery and Cloud Storage delivery, ordering, exactly-once, retry policies, snapshots and schemas are refused.',
    'Any identity may publish and pull.',
    'Filters are terms joined by AND: `attributes:KEY`, `attributes.KEY = "V"`, `hasPrefix(attributes.KEY, "V")`, each also with NOT; others are refused.',
    'The attributes that the real service adds to a dead-lettered message are not added.',
  ],
};
