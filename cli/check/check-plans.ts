import type { CaseView } from '../../model/case.ts';
import { digestOf } from '../../model/digest.ts';
import type { OfferedPlan, Plan } from '../../model/plan.ts';
import type { Rails } from '../../model/rails.ts';
import { sixWords } from '../../model/words.ts';
import { UserError } from '../../runtime/errors.ts';
import type { RecordedChanges } from '../undo/recorded-changes.ts';
import { differencesFrom, whyNotWhole } from './check-plan.ts';
import { plansMadeAgain } from './made-again.ts';
import type { Problem } from './problem.ts';
import { undoMadeAgain, undoneBy, whyNotItsRecords } from './undo-made-again.ts';

/** What this machine knows besides what a case says. */
export interface OwnKnowledge {
  readonly rails: Rails;
  /** What a closed case and its ways back before that number changed. Throws UserError where that cannot be told. */
  readonly changesOf: (undone: string, before: number) => Promise<RecordedChanges>;
}

/** An offered plan, with what this machine has found of it. */
export interface CheckedPlan {
  /** As this machine makes it, where it holds; else as it came. */
  readonly offered: OfferedPlan;
  /** Recomputed from the plan. */
  readonly digest: string;
  readonly words: string;
  /** Whether it may be approved. */
  readonly holds: boolean;
}

/**
 * Checks the plans that a view offers: each is whole, changes the finding's resource and nothing else, and, where `again` says so, is the one that the
 * code on this machine makes of what is known.
 */
export async function checkPlans(
  view: CaseView,
  own: OwnKnowledge,
  again: boolean,
): Promise<{ readonly plans: readonly CheckedPlan[]; readonly problems: readonly Problem[] }> {
  const offered = view.proposal?.plans ?? [];
  const problems: Problem[] = [];
  const broken = new Set<OfferedPlan>();
  const isBroken = (one: OfferedPlan, problem: Omit<Problem, 'text'>, why: string): void => {
    broken.add(one);
    problems.push({ text: `plan ${one.id}: ${why}`, ...problem });
  };
  for (const one of offered) for (const why of whyNotWhole(one, view)) isBroken(one, { stops: 'plans' }, why);
  const whole = offered.filter((one) => !broken.has(one));
  const made = again && whole.length > 0 ? await madeAgain(view, own) : { plans: [], problems: [] };
  problems.push(...made.problems);
  const byKind = new Map(made.plans.map((plan) => [plan.kind, plan]));
  for (const one of again && made.problems.length === 0 ? whole : []) {
    const mine = byKind.get(one.plan.kind);
    if (mine !== undefined) for (const why of differencesFrom(mine, one.plan)) isBroken(one, { stops: 'plans' }, why);
    else if (one.plan.kind === 'quarantine' && own.rails.quarantineAccount === undefined)
      isBroken(one, { stops: 'plans', plan: one.id }, noAccount);
    else isBroken(one, { stops: 'plans' }, 'it is none that this machine makes of these facts');
  }
  const kinds = new Set(offered.map(({ plan }) => plan.kind));
  const unoffered = [...byKind.keys()].filter((kind) => !kinds.has(kind));
  for (const kind of unoffered)
    problems.push({ text: `this machine would offer ${kind} as well, and the case does not`, stops: 'nothing' });
  const stopped = made.problems.length > 0;
  return {
    problems,
    plans: offered.map((one) => {
      const holds = !broken.has(one) && !stopped;
      const mine = holds ? byKind.get(one.plan.kind) : undefined;
      const digest = digestOf(one.plan);
      return { offered: mine === undefined ? one : { ...one, plan: mine }, digest, words: sixWords(digest), holds };
    }),
  };
}

const noAccount =
  'this machine cannot make it, since it knows no account for it: set FIREBREAK_QUARANTINE_ACCOUNT as it is set for the workers';

async function madeAgain(
  view: CaseView,
  own: OwnKnowledge,
): Promise<{ readonly plans: readonly Plan[]; readonly problems: readonly Problem[] }> {
  const back = undoneBy(view.id);
  if (back === undefined) return { plans: plansMadeAgain(view, own.rails), problems: [] };
  try {
    const changes = await own.changesOf(back.case, back.number);
    const problems = whyNotItsRecords(view, back.case, changes);
    return { plans: undoMadeAgain(view, back.case, changes), problems };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { plans: [], problems: [{ text: `what ${back.case} changed: ${error.message}`, stops: 'plans' }] };
  }
}
