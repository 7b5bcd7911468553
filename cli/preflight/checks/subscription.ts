import { protos } from '@google-cloud/pubsub';
import type { Check, Preflight } from '../check.ts';
import { once } from '../clients.ts';
import { explained } from '../explain.ts';
import { attention, failed, type Line, ok } from '../line.ts';

type Subscription = protos.google.pubsub.v1.ISubscription;

const { State } = protos.google.pubsub.v1.Subscription;
const day = 86_400;

/** The subscription that findings come by: whether it is there, and whether something takes findings away from it. */
export const subscription: Check = { name: 'subscription', of: [], asksGoogle: true, look };

async function look({ configuration: { subscription: name }, clients }: Preflight): Promise<Line[]> {
  try {
    const [found] = await clients.subscriber('owner').getSubscription({ subscription: name }, once);
    return [...problemsOf(name, found), ok(wordsFor(name, found))];
  } catch (error) {
    return [explained(error, { api: 'pubsub', about: name, permission: 'pubsub.subscriptions.get' })];
  }
}

function problemsOf(name: string, found: Subscription): Line[] {
  const lines: Line[] = [];
  const { filter, deadLetterPolicy, topic, detached, pushConfig, bigqueryConfig, cloudStorageConfig, state } = found;
  if (topic === '_deleted-topic_' || detached === true)
    lines.push(
      failed(
        `${name} has no topic any more: nothing comes`,
        'Make the subscription anew, on the topic that SCC’s notification config names.',
      ),
    );
  if (pushConfig?.pushEndpoint || bigqueryConfig?.table || cloudStorageConfig?.bucket)
    lines.push(
      failed(
        `${name} delivers elsewhere: intake cannot pull from it`,
        'Make a pull subscription, and set FIREBREAK_SUBSCRIPTION.',
      ),
    );
  if (state === 'RESOURCE_ERROR' || state === State.RESOURCE_ERROR)
    lines.push(failed(`${name} is in the state RESOURCE_ERROR`, 'Look at it in the console.'));
  if (filter)
    lines.push(
      attention(
        `${name} has the filter ${filter}: what does not pass is acknowledged unseen`,
        'SCC’s notifications come without attributes as far as is known, and a filter reads attributes only: make a subscription without one.',
      ),
    );
  if (deadLetterPolicy?.deadLetterTopic)
    lines.push(
      attention(
        `${name} moves a message to ${deadLetterPolicy.deadLetterTopic} after about ${deadLetterPolicy.maxDeliveryAttempts ?? 5} deliveries`,
        'While Temporal is away messages come again and again: a finding moved then is seen by nobody here. Take the policy away (intake keeps dead letters of its own), or watch that topic.',
      ),
    );
  const retention = Number(found.messageRetentionDuration?.seconds ?? 7 * day);
  if (retention < day)
    lines.push(
      attention(
        `${name} keeps messages for ${retention} s`,
        'An outage of that length loses findings: gcloud pubsub subscriptions update --message-retention-duration=7d',
      ),
    );
  return lines;
}

function wordsFor(name: string, { topic, ackDeadlineSeconds, messageRetentionDuration }: Subscription): string {
  const days = Number(messageRetentionDuration?.seconds ?? 7 * day) / day;
  return `${name} pulls from ${topic}, ack deadline ${ackDeadlineSeconds} s (intake extends it while it works), keeps messages ${Number(days.toFixed(2))} days`;
}
