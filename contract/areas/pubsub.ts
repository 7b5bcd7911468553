import { by, type Area, holds } from '../claim.ts';

/** Pub/Sub, as intake rests on it. */
export const pubsub: Area = {
  title: 'Pub/Sub (`google.pubsub.v1`)',
  claims: [
    {
      id: 'pubsub.given-back',
      statement: 'a message whose deadline is set to 0 comes again',
      source: 'pubsub.proto, ModifyAckDeadlineRequest',
      strength: 'documented',
      check: by(['topic'], async ({ canaries }) => {
        const topic = await canaries.topic();
        const subscription = await topic.subscribe();
        const id = await topic.publish('given back');
        const [first] = await topic.pull(subscription);
        await topic.giveBack(subscription, first?.ackId ?? '');
        const [second] = await topic.pull(subscription);
        return holds(
          first?.messageId === id && second?.messageId === id,
          `it came ${second === undefined ? 'once' : 'twice'}`,
        );
      }),
    },
  ],
  own: [],
};
