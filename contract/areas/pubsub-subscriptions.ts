import { answered } from '../answers.ts';
import { by, type Claim, holds } from '../claim.ts';

/** Seconds of a week: how long an unacknowledged message is kept. */
const week = 604_800;

/** What a subscription and a topic take. */
export const subscriptionClaims: readonly Claim[] = [
  {
    id: 'pubsub.deadline-range',
    statement: 'the deadline of a subscription is 10 to 600 s, and 10 s where none is given',
    source: 'pubsub.proto, Subscription.ack_deadline_seconds',
    strength: 'documented',
    check: by(['topic'], async ({ canaries, clients }) => {
      const topic = await canaries.topic();
      const short = await answered(() => topic.subscribe({ ackDeadlineSeconds: 9 }));
      const long = await answered(() => topic.subscribe({ ackDeadlineSeconds: 601 }));
      const [usual] = await clients.subscriber.getSubscription({
        subscription: await topic.subscribe({ ackDeadlineSeconds: 0 }),
      });
      return holds(
        short.code === 'INVALID_ARGUMENT' && long.code === 'INVALID_ARGUMENT' && usual.ackDeadlineSeconds === 10,
        `9 s: ${short.code}, 601 s: ${long.code}, none: ${usual.ackDeadlineSeconds} s`,
      );
    }),
  },
  {
    id: 'pubsub.retention',
    statement: 'a message that nobody acknowledges ends after 7 days, where nothing else is said',
    source: 'pubsub.proto, Subscription.message_retention_duration',
    strength: 'documented',
    check: by(['topic'], async ({ canaries, clients }) => {
      const subscription = await (await canaries.topic()).subscribe();
      const [{ messageRetentionDuration }] = await clients.subscriber.getSubscription({ subscription });
      const seconds = Number(messageRetentionDuration?.seconds);
      return holds(seconds === week, `the subscription says ${seconds} s`);
    }),
  },
  {
    id: 'pubsub.filter',
    statement: 'a subscription says its filter; one that reads anything but attributes is INVALID_ARGUMENT',
    source: 'pubsub.proto, Subscription.filter; page "Filter messages from a subscription"',
    strength: 'documented',
    check: by(['topic'], async ({ canaries, clients }) => {
      const topic = await canaries.topic();
      const filter = 'attributes:severity';
      const [said] = await clients.subscriber.getSubscription({ subscription: await topic.subscribe({ filter }) });
      const other = await answered(() => topic.subscribe({ filter: 'data:severity' }));
      return holds(
        said.filter === filter && other.code === 'INVALID_ARGUMENT',
        `it says ${JSON.stringify(said.filter ?? '')}; a filter on data: ${other.said}`,
      );
    }),
  },
  {
    id: 'pubsub.empty-pull',
    statement: 'a pull without messages is answered with none after a while',
    source: 'pubsub.proto, PullRequest: "a bounded amount of time"; that it is 1 s in the sandbox is a guess',
    strength: 'documented',
    check: by(['topic'], async ({ canaries, clients }) => {
      const subscription = await (await canaries.topic()).subscribe();
      const [{ receivedMessages }] = await clients.subscriber.pull({ subscription, maxMessages: 1 });
      return holds((receivedMessages ?? []).length === 0, `${receivedMessages?.length ?? 0} messages`);
    }),
  },
  {
    id: 'pubsub.empty-message',
    statement: 'a message needs data or an attribute',
    source: 'pubsub.proto, PubsubMessage',
    strength: 'documented',
    check: by(['topic'], async ({ canaries, clients }) => {
      const { topic } = await canaries.topic();
      const { code, said } = await answered(() => clients.publisher.publish({ topic, messages: [{}] }));
      return holds(code === 'INVALID_ARGUMENT', `answered ${said}`);
    }),
  },
  {
    id: 'pubsub.flow-control',
    statement:
      'a stream gets no more while `max_outstanding_messages` or `max_outstanding_bytes` are outstanding; what may only be set first is refused later',
    source: 'pubsub.proto, StreamingPullRequest',
    strength: 'documented',
    check: { none: 'only the client package opens such streams; that it keeps to them is its own test' },
  },
  {
    id: 'pubsub.keep-alive',
    statement:
      'a stream of protocol version 1 has each later request answered, so that the client’s keep-alive sees it alive',
    source: 'code of `@google-cloud/pubsub` 6.0.1; the exact rule of the server is a guess',
    strength: 'assumed',
    check: { none: 'only the client package speaks it' },
  },
];
