import type { Target } from '../../model/plan.ts';
import { resourceKinds } from '../../model/resource-kinds.ts';

/** What an action changes, by its whole name: `projects/P · location L · service NAME`. */
export function targetWords({ project, location, kind, name, revision }: Target): string {
  const last = revision === undefined ? '' : ` · revision ${revision}`;
  return `projects/${project} · location ${location} · ${resourceKinds[kind].words} ${name}${last}`;
}
