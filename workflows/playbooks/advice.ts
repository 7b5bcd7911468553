import type { RungKind } from '../containment/all.ts';
import type { PlaybookAdvice, PlaybookContext } from './playbook.ts';

/** What ends the instances or executions in which a threat lives, the least destructive first, by the kind of resource. */
const ending = {
  service: ['evict', 'scale-to-zero'],
  job: ['stop-job', 'cancel-executions'],
  workerPool: ['pin-worker-pool', 'stop-worker-pool'],
} as const satisfies Record<string, readonly string[]>;

/**
 * Advice for a threat that lives in running instances, such as one that holds an outbound connection: only their end ends it. Recommends the
 * first rung that is offered and was not tried; hand over where there is none.
 */
export function adviseEnding(
  context: PlaybookContext,
  why = 'an open shell is outbound and ends with its instance only',
): PlaybookAdvice {
  const { revisions, tried, offered, investigation } = context;
  const { bad, good, goneAndQuiet } = revisions;
  const kind = investigation.fetched.finding.resource?.kind ?? 'service';
  if (kind !== 'job' && bad.revision === null)
    return { choice: 'hand-over', reason: `no plan is recommended: ${bad.reason}` };
  if (goneAndQuiet && tried.length === 0 && bad.revision !== null) {
    return {
      choice: 'hand-over',
      reason: `${bad.revision.name} takes no traffic, has no tag and is silent: there is nothing left to contain, but a way in to find`,
    };
  }
  const rungs: readonly RungKind[] = ending[kind];
  const strongest = rungs.at(-1);
  if (tried.includes('evict') || (strongest !== undefined && tried.includes(strongest))) {
    return {
      choice: 'hand-over',
      reason: `instances were ended and ${bad.revision?.name ?? 'the job'} is not quiet: no plan here does more, people must look`,
    };
  }
  const plan = rungs.find((rung) => offered.includes(rung) && !tried.includes(rung));
  if (plan === undefined)
    return { choice: 'hand-over', reason: 'no plan that ends it can be approved here: see why at each plan' };
  return { choice: 'plan', plan, reason: reasonFor(kind, why, good) };
}

function reasonFor(kind: keyof typeof ending, why: string, good: PlaybookContext['revisions']['good']): string {
  if (kind === 'job') return `${why}; a job has no earlier state to go back to, so what runs of it has to stop`;
  return good.revision === null
    ? `there is no revision to go back to (${good.reason}), so the ${kind === 'service' ? 'service' : 'worker pool'} has to stop`
    : `${why}; there is a good revision to go back to`;
}
