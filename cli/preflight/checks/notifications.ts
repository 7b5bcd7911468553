import type { Check, Preflight } from '../check.ts';
import { once } from '../clients.ts';
import { explained } from '../explain.ts';
import { attention, failed, type Line, ok } from '../line.ts';
import { sccLocation } from '../scc-place.ts';

/** What is recommended: cases begin with active findings; what becomes of one is read live. */
const usual = 'state="ACTIVE" AND NOT mute="MUTED"';

interface Config {
  readonly name?: string | null;
  readonly pubsubTopic?: string | null;
  readonly streamingConfig?: { readonly filter?: string | null } | null;
}

/** SCC's notification config: whether one of each parent publishes to the subscription's topic, and what it lets through. */
export const notifications: Check = { name: 'notifications', of: [], asksGoogle: true, look };

async function look(preflight: Preflight): Promise<Line[]> {
  const { configuration, clients } = preflight;
  const { subscription, sccParents, google } = configuration;
  let topic: string;
  try {
    const [found] = await clients.subscriber('owner').getSubscription({ subscription }, once);
    topic = found.topic ?? '';
  } catch (error) {
    const about = `the topic of ${subscription}`;
    return [explained(error, { api: 'pubsub', about, permission: 'pubsub.subscriptions.get' })];
  }
  const location = sccLocation(google);
  return Promise.all(
    sccParents.map(async (parent): Promise<Line> => {
      try {
        const [configs] = await clients
          .findings('owner')
          .listNotificationConfigs({ parent: `${parent}/locations/${location}` }, once);
        return judged(parent, location, topic, configs);
      } catch (error) {
        const about = `the notification configs of ${parent} in ${location}`;
        return explained(error, { api: 'scc', about, permission: 'securitycenter.notificationconfig.list' });
      }
    }),
  );
}

function judged(parent: string, location: string, topic: string, configs: readonly Config[]): Line {
  const ours = configs.filter(({ pubsubTopic }) => pubsubTopic === topic);
  const [kind = '', number = ''] = parent.split('/');
  if (ours.length === 0)
    return failed(
      `of ${configs.length} notification configs of ${parent} in ${location} none publishes to ${topic}`,
      `Make one: gcloud scc notifications create firebreak --${kind.slice(0, -1)}=${number} --location=${location} --pubsub-topic=${topic} --filter='${usual}'`,
    );
  const filters = ours.map(({ streamingConfig }) => streamingConfig?.filter ?? '');
  const others = filters.filter((filter) => filter !== '' && filter !== usual);
  const names = ours.map(({ name }) => name ?? '').join(', ');
  return others.length === ours.length
    ? attention(
        `${names} lets through ${others.join('; ')}: another filter than the usual one`,
        `Look whether every threat on Cloud Run passes. The usual one is ${usual}`,
      )
    : ok(`${names} publishes to ${topic}${filters.includes('') ? ', everything' : ''}`);
}
