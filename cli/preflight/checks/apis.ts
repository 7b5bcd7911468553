import { type GoogleApi, googleApis } from '../../../runtime/endpoints.ts';
import type { Configuration } from '../../../runtime/configuration.ts';
import type { Check, Preflight } from '../check.ts';
import { enabledServices } from '../enabled-services.ts';
import { explained } from '../explain.ts';
import { failed, type Line, notKnown, ok } from '../line.ts';

/** Which of Google's APIs are on, in each project whose resources are contained and in the subscription's. */
export const apis: Check = { name: 'apis', of: [], asksGoogle: true, look };

async function look({ configuration, projects, clients }: Preflight): Promise<Line[]> {
  const hosts = neededApis(configuration).map((api) => googleApis[api].host);
  const all = new Set([...projects, projectOf(configuration)]);
  const lines = [...all].map(async (project): Promise<Line> => {
    try {
      const enabled = await enabledServices(clients.others('owner'), project, hosts);
      const off = hosts.filter((host) => enabled.get(host) === false);
      const open = hosts.filter((host) => !enabled.has(host));
      if (off.length > 0)
        return failed(
          `${project}: off are ${off.join(', ')}`,
          `gcloud services enable ${off.join(' ')} --project=${project}`,
        );
      if (open.length > 0)
        return notKnown(`${project}: nothing is said of ${open.join(', ')}`, 'Look at them in the console.');
      return ok(`${project}: all ${hosts.length} are on`);
    } catch (error) {
      const permission = 'serviceusage.services.get';
      return explained(error, { api: 'service-usage', about: `which APIs are on in ${project}`, permission });
    }
  });
  return Promise.all(lines);
}

/** Which the engine calls, as it is configured. */
function neededApis({ monitoring }: Pick<Configuration, 'monitoring'>): GoogleApi[] {
  return (Object.keys(googleApis) as GoogleApi[]).filter(
    (api) => api !== 'service-usage' && (api !== 'monitoring' || monitoring === 'on'),
  );
}

/** The project of the subscription. */
export function projectOf({ subscription }: Pick<Configuration, 'subscription'>): string {
  return subscription.split('/')[1] ?? '';
}
