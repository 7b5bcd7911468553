import type { Target } from '../../model/plan.ts';

const kinds = { service: 'service', job: 'job', workerPool: 'worker pool' } as const;

/** What an action changes, by its whole name: `projects/P · location L · service NAME`. */
export function targetWords({ project, location, kind, name, revision }: Target): string {
  const last = revision === undefined ? '' : ` · revision ${revision}`;
  return `projects/${project} · location ${location} · ${kinds[kind]} ${name}${last}`;
}
