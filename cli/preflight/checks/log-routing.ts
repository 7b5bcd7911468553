import { z } from 'zod';
import { leavesCloudRun } from '../exclusion-filter.ts';
import type { Check, Preflight } from '../check.ts';
import { once } from '../clients.ts';
import { explained } from '../explain.ts';
import { attention, failed, type Line, ok } from '../line.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const exclusion = z.object({ name: text, filter: text, disabled: z.boolean().nullish() });
const sinks = z.array(
  z.object({ name: text, filter: text, disabled: z.boolean().nullish(), exclusions: z.array(exclusion).nullish() }),
);

/** What a new project's sink _Default leaves to _Required. Source: Cloud Logging, routing and storage overview. */
const leftToRequired = new Set(
  ['cloudaudit', 'externalaudit'].flatMap((from) =>
    ['activity', 'system_event', 'access_transparency'].map((log) => `NOT LOG_ID("${from}.googleapis.com/${log}")`),
  ),
);

/** Whether the logs of Cloud Run are kept where they are read: the sink _Default, its filter, and what is excluded. */
export const logRouting: Check = { name: 'log routing', of: [], asksGoogle: true, look };

async function look({ projects, clients }: Preflight): Promise<Line[]> {
  const lines = await Promise.all(
    projects.map(async (project): Promise<Line[]> => {
      const parent = `projects/${project}`;
      try {
        const client = clients.sinks('owner');
        const [[listed], [excluded]] = await Promise.all([
          client.listSinks({ parent }, once),
          client.listExclusions({ parent }, once),
        ]);
        return judged(project, sinks.parse(listed), z.array(exclusion).parse(excluded));
      } catch (error) {
        const permission = 'logging.sinks.list and logging.exclusions.list';
        return [explained(error, { api: 'logging', about: `the log sinks of ${project}`, permission })];
      }
    }),
  );
  return lines.flat();
}

function judged(
  project: string,
  listed: z.infer<typeof sinks>,
  projectWide: readonly z.infer<typeof exclusion>[],
): Line[] {
  const kept = listed.find(({ name }) => name === '_Default' || name.endsWith('/_Default'));
  if (kept === undefined || kept.disabled === true)
    return [
      failed(
        `${project} keeps no logs: its sink _Default is ${kept === undefined ? 'not there' : 'disabled'}`,
        `Without logs quiet is not seen: gcloud logging sinks update _Default --no-disabled --project=${project}. Where they are kept elsewhere, name that in FIREBREAK_LOG_SCOPES.`,
      ),
    ];
  const lines: Line[] = [];
  const strange = kept.filter.split(/\s+AND\s+/).filter((part) => part !== '' && !leftToRequired.has(part.trim()));
  if (strange.length > 0)
    lines.push(
      attention(
        `${project}: the sink _Default keeps only ${kept.filter}`,
        'See that it keeps the logs of Cloud Run (resource types cloud_run_revision, cloud_run_job, cloud_run_worker_pool).',
      ),
    );
  const all = new Map([...(kept.exclusions ?? []), ...projectWide].map((one) => [`${one.name} ${one.filter}`, one]));
  for (const { name, filter, disabled } of all.values()) {
    if (disabled === true || leavesCloudRun(filter)) continue;
    lines.push(
      attention(
        `${project}: the exclusion ${name} may drop logs of Cloud Run: ${filter}`,
        'What is dropped is never read: a revision may look quiet that is not. Narrow it to other resource types.',
      ),
    );
  }
  return lines.length > 0 ? lines : [ok(`${project}: the sink _Default keeps the logs of Cloud Run`)];
}
