import { answered } from '../answers.ts';
import type { TopicCanary } from '../canaries/topic-canary.ts';
import { by, type Claim, goes, holds } from '../claim.ts';
import { NotCheckedError } from '../errors.ts';
import type { Ground } from '../ground.ts';

/** Longer than the shortest deadline, with what a service may take to notice. */
const pastDeadline = 25;

/** How messages come, come again, and end. */
export const deliveryClaims: readonly Claim[] = [
  {
    id: 'pubsub.at-least-once',
    statement: 'messages come at least once, in no order',
    source: 'Pub/Sub documentation, "Exactly-once delivery", "Order messages"',
    strength: 'documented',
    check: { none: 'messages that came once and in order would show nothing' },
  },
  {
    id: 'pubsub.given-back',
    statement: 'a message whose deadline is set to 0 comes again',
    source: 'pubsub.proto, ModifyAckDeadlineRequest',
    strength: 'documented',
    check: by(['topic'], async ({ canaries }) => {
      const { topic, subscription, first, id } = await oneMessage(await canaries.topic());
      await topic.giveBack(subscription, first.ackId);
      const [second] = await topic.pull(subscription);
      return holds(first.messageId === id && second?.messageId === id, times(second === undefined ? 1 : 2));
    }),
  },
  {
    id: 'pubsub.deadline',
    statement: 'a message that is not acknowledged by its deadline comes again',
    source: 'pubsub.proto, Subscription.ack_deadline_seconds',
    strength: 'documented',
    check: by(['topic'], async ({ canaries, pause }) => {
      const { topic, subscription, id } = await oneMessage(await canaries.topic());
      await pause(pastDeadline);
      const [second] = await topic.pull(subscription);
      return holds(second?.messageId === id, times(second === undefined ? 1 : 2));
    }),
  },
  {
    id: 'pubsub.late-ack',
    statement: 'acknowledging after the deadline is no error and has no effect: the message comes again',
    source: 'pubsub.proto, Acknowledge: it "may" succeed; that it never does is a guess',
    strength: 'assumed',
    check: by(['topic'], async ({ canaries, clients, pause }) => {
      const { topic, subscription, first, id } = await oneMessage(await canaries.topic());
      await pause(pastDeadline);
      const late = await answered(() => clients.subscriber.acknowledge({ subscription, ackIds: [first.ackId] }));
      const [second] = await topic.pull(subscription);
      const again = second?.messageId === id;
      return holds(late.code === 'OK' && again, `acknowledging answered ${late.said}; ${times(again ? 2 : 1)}`);
    }),
  },
  {
    id: 'pubsub.ack-twice',
    statement: 'acknowledging twice is no error',
    source: 'pubsub.proto, Acknowledge',
    strength: 'documented',
    check: by(['topic'], async ({ canaries, clients }) => {
      const { subscription, first } = await oneMessage(await canaries.topic());
      const request = { subscription, ackIds: [first.ackId] };
      await clients.subscriber.acknowledge(request);
      const { code, said } = await answered(() => clients.subscriber.acknowledge(request));
      return holds(code === 'OK', `the second time answered ${said}`);
    }),
  },
  {
    id: 'pubsub.malformed-ack-id',
    statement: 'a malformed ack id is INVALID_ARGUMENT',
    source: 'pubsub.proto, StreamingPullRequest.ack_ids; for the unary calls a guess',
    strength: 'assumed',
    check: by(['topic'], async ({ canaries, clients }) => {
      const subscription = await (await canaries.topic()).subscribe();
      const { code, said } = await answered(() =>
        clients.subscriber.acknowledge({ subscription, ackIds: ['no ack id'] }),
      );
      return holds(code === 'INVALID_ARGUMENT', `answered ${said}`);
    }),
  },
  {
    id: 'pubsub.attempts',
    statement: '`deliveryAttempt` counts from 1 where the subscription has a dead letter policy, else it is 0',
    source: 'pubsub.proto, ReceivedMessage.delivery_attempt',
    strength: 'documented',
    check: by(['topic'], async ({ canaries }) => {
      const topic = await canaries.topic();
      const plain = await topic.subscribe();
      const counting = await topic.subscribe({ deadLetterTopic: await topic.another('unused') });
      await topic.publish('counted');
      const [without] = await topic.pull(plain);
      const [first] = await topic.pull(counting);
      await topic.giveBack(counting, first?.ackId ?? '');
      const [second] = await topic.pull(counting);
      const seen = [without, first, second].map((one) => one?.deliveryAttempt ?? 'nothing');
      return holds(seen.join() === '0,1,2', `without a policy ${seen[0]}, with one ${seen[1]}, then ${seen[2]}`);
    }),
  },
  {
    id: 'pubsub.dead-letters',
    statement:
      'a message moves to the dead letter topic after about as many deliveries as the policy says, and may be there twice',
    source: 'Pub/Sub documentation, "Handle message failures": best effort, approximate',
    strength: 'documented',
    reality: { name: 'dead-letters', way: 'approximate' },
    check: by(['topic'], deadLetters),
  },
  {
    id: 'pubsub.turns',
    statement: 'open subscribers take turns',
    source: 'none',
    strength: 'assumed',
    check: { none: 'how messages are shared out is promised nowhere, and nothing rests on it' },
  },
  {
    id: 'pubsub.closed-stream',
    statement: 'a message that a closed stream held stays leased until its deadline',
    source: 'none',
    strength: 'assumed',
    check: { none: 'a stream that is closed and one that was cut cannot be told apart from here' },
  },
];

async function oneMessage(topic: TopicCanary) {
  const subscription = await topic.subscribe();
  const id = await topic.publish('one message');
  const [first] = await topic.pull(subscription);
  if (first === undefined) throw new NotCheckedError('a message that was published did not come');
  return { topic, subscription, id, first };
}

/** More would make no clearer picture; fewer may all be as the policy says by chance. */
const letters = 12;
const allowed = 5;

/** Gives messages back until they come no more, and looks how often each came and how often it is in the dead letter topic. */
async function deadLetters({ canaries, pause }: Ground) {
  const topic = await canaries.topic();
  const source = await topic.another('letters');
  const dead = await topic.another('dead');
  const deadSubscription = await topic.subscribe({ topic: dead });
  const subscription = await topic.subscribe({ topic: source, deadLetterTopic: dead });
  const sent = await Promise.all(
    Array.from({ length: letters }, (_, index) => topic.publish(`letter ${index}`, source)),
  );
  const came = new Map<string, number>();
  for (let round = 0; round < allowed * 4; round += 1) {
    const pulled = await topic.pull(subscription);
    if (pulled.length === 0) break;
    for (const { text } of pulled) came.set(text, (came.get(text) ?? 0) + 1);
    await topic.giveBack(subscription, ...pulled.map(({ ackId }) => ackId));
    await pause(1);
  }
  const copies = Map.groupBy(await topic.pull(deadSubscription, letters * 2), ({ text }) => text);
  if (copies.size === 0)
    throw new NotCheckedError(
      'nothing came to the dead letter topic: Pub/Sub’s own service agent needs roles/pubsub.publisher on it and roles/pubsub.subscriber on the subscription',
    );
  const counts = [...came.values()];
  const twice = [...copies.values()].filter((found) => found.length > 1).length;
  const exact = counts.every((count) => count === allowed) && twice === 0 && copies.size === sent.length;
  return goes(
    exact ? 'exact' : 'approximate',
    `of ${letters} messages, delivered ${Math.min(...counts)} to ${Math.max(...counts)} times where ${allowed} were allowed, ${copies.size} were dead-lettered, ${twice} of them twice`,
  );
}

function times(count: number): string {
  return count === 1 ? 'it came once' : 'it came twice';
}
