import { type RungKind, rungs } from '../containment/all.ts';
import type { CloudRunResource } from '../../model/cloud-run-resource.ts';
import { resourceKinds } from '../../model/resource-kinds.ts';
import type { Rung } from '../containment/rung.ts';
import { type PlaybookAdvice, type PlaybookContext, resourceKind } from './playbook.ts';
import { signs } from './signs.ts';

/** What ends the instances or executions in which a threat lives, the least destructive first, by the kind of resource. */
const ending = {
  service: ['evict', 'scale-to-zero'],
  job: ['stop-job', 'cancel-executions'],
  workerPool: ['pin-worker-pool', 'stop-worker-pool'],
  instance: ['stop-instance'],
} as const satisfies Record<CloudRunResource['kind'], readonly RungKind[]>;

/** From this order on a rung cannot be undone (`Rung.order`): never recommended. */
const irreversibleFrom = 900;

/**
 * Advice for a threat that lives in running instances, such as one that holds an outbound connection: only their end ends it. Recommends the
 * first rung that is offered and was not tried; hand over where there is none.
 * @param why what makes it end with its instances only, in words
 */
export function adviseEnding(context: PlaybookContext, why: string): PlaybookAdvice {
  const { finding, revisions, tried, offered } = context;
  const { bad, good, goneAndQuiet } = revisions;
  const kind = resourceKind(finding);
  const { hasRevisions, words: noun } = resourceKinds[kind];
  if (hasRevisions && bad.revision === null)
    return { choice: 'hand-over', reason: `no plan is recommended: ${bad.reason}` };
  if (goneAndQuiet && tried.length === 0 && bad.revision !== null) {
    return {
      choice: 'hand-over',
      reason: `${bad.revision.name} takes no traffic, has no tag and is silent: there is nothing left to contain, but a way in to find`,
    };
  }
  const candidates: readonly RungKind[] = ending[kind];
  const strongest = candidates.at(-1);
  if (tried.includes('evict') || (strongest !== undefined && tried.includes(strongest))) {
    return {
      choice: 'hand-over',
      reason: `instances were ended and ${bad.revision?.name ?? `the ${noun}`} is not quiet: no plan here does more, people must look`,
    };
  }
  const plan = candidates.find((rung) => offered.includes(rung) && !tried.includes(rung));
  if (plan === undefined)
    return { choice: 'hand-over', reason: 'no plan that ends it can be approved here: see why at each plan' };
  return { choice: 'plan', plan, reason: `${why}; ${whyThisOne(kind, plan, good)}` };
}

function whyThisOne(kind: keyof typeof ending, plan: RungKind, good: PlaybookContext['revisions']['good']): string {
  if (kind === 'job') {
    return plan === 'stop-job'
      ? 'a job has no earlier state to go back to, so what runs of it has to stop, and nobody may run it again'
      : 'what runs of the job has to stop; who may run it again is not changed by this plan';
  }
  if (kind === 'instance')
    return 'an instance has no earlier state to go back to, so it has to stop; it can be started again';
  const noun = resourceKinds[kind].words;
  if (good.revision === null) return `there is no revision to go back to (${good.reason}), so the ${noun} has to stop`;
  return plan === ending[kind][0]
    ? 'there is a good revision to go back to'
    : `the good revision alone did not help or cannot be used, so the ${noun} has to stop`;
}

/**
 * Advice for what a person or a build may do as well, such as running a compiler: ends the instances where something else speaks of an
 * attack, else hands over, since to end instances costs an outage and what is in their memory and on their disk.
 * @param alone what the finding says where it stands alone
 * @param moreSigns signs of this family's own, in words
 */
export function adviseIfBorneOut(
  context: PlaybookContext,
  {
    why,
    alone,
    moreSigns = [],
  }: { readonly why: string; readonly alone: string; readonly moreSigns?: readonly string[] },
): PlaybookAdvice {
  const found = [...signs(context), ...moreSigns];
  if (found.length > 0) return adviseEnding(context, `${why}; ${found.join(', ')}`);
  if (context.tried.length > 0) return adviseEnding(context, `${why}; what was done before did not end it`);
  const { related } = context.investigation;
  const nearby =
    related.status === 'answered'
      ? 'nothing else found so far speaks of an attack, which proves nothing'
      : `whether there are other findings nearby is not known (${related.reason})`;
  return {
    choice: 'hand-over',
    reason: `${alone}; ${nearby}. Ask the owner first; the plans are offered for when he does not know of it`,
  };
}

/** The rung of these that destroys least among those that are offered, were not tried and can be undone. */
export function leastDestructive<Kind extends string>(
  { finding, offered, tried }: Pick<PlaybookContext, 'finding' | 'offered' | 'tried'>,
  fits: (rung: Rung<Kind>) => boolean,
  candidates: readonly Rung<Kind>[],
): Kind | undefined {
  return candidates
    .filter(
      (rung) =>
        rung.resource === resourceKind(finding) &&
        rung.order < irreversibleFrom &&
        offered.includes(rung.kind) &&
        !tried.includes(rung.kind) &&
        fits(rung),
    )
    .toSorted((left, right) => left.order - right.order)[0]?.kind;
}

/** The rung that takes the workload's account away from it, where one is offered. */
export function rungForIdentity(context: PlaybookContext): RungKind | undefined {
  return leastDestructive(context, ({ against }) => against.includes('identity'), rungs);
}

/** The rung that takes back who may call it, where one is offered. */
export function rungForInvokers(context: PlaybookContext): RungKind | undefined {
  const fits = ({ against, writes }: Rung) => against.includes('entry') && writes.includes('invokers');
  return leastDestructive(context, fits, rungs);
}
