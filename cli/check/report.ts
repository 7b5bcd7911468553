import type { ActionKind, Target } from '../../model/plan.ts';
import { changes } from '../page/plans.ts';
import type { CheckedView } from './checked-view.ts';
import type { Looked } from './looked.ts';
import type { Problem } from './problem.ts';

/** A plan of a case, decoded. */
export interface ReportedPlan {
  readonly id: string;
  readonly digest: string;
  readonly words: string;
  readonly holds: boolean;
  readonly changes: readonly {
    readonly target: Target;
    readonly kind: ActionKind;
    readonly when: 'at-once' | 'after-quiet';
    readonly fields: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  }[];
}

/** What `firebreak check --json` answers. */
export interface CheckReport {
  readonly case: string;
  readonly run: string;
  readonly state: string;
  /** False where something does not hold, or what was compared is another one. */
  readonly holds: boolean;
  readonly held: readonly string[];
  readonly problems: readonly Problem[];
  /** What was looked at besides: evidence, SCC, Cloud Run. */
  readonly sources: readonly Looked[];
  readonly plans: readonly ReportedPlan[];
  readonly proposal: { readonly digest: string; readonly words: string } | null;
  /** With --digest or --words: what these are, `null` where they are nothing of this case. */
  readonly compared?: string | null;
}

/** The report of a check. `compared`: what somebody asked to compare, and which plan it is. */
export function reportOf(
  checked: CheckedView,
  sources: readonly Looked[],
  compared: string | null | undefined,
): CheckReport {
  const { view, held, problems, plans, proposal } = checked;
  const holds =
    problems.every(({ stops }) => stops === 'nothing') &&
    sources.every(({ found }) => found !== 'wrong') &&
    compared !== null;
  return {
    case: view.id,
    run: view.run,
    state: view.state,
    holds,
    held,
    problems,
    sources,
    plans: plans.map(({ offered: { id, plan }, digest, words, holds }) => ({
      id,
      digest,
      words,
      holds,
      changes: plan.actions.map(({ target, kind, when, precondition, change }) => ({
        target,
        kind,
        when,
        fields: changes(precondition, change).map(([name, before, after]) => ({ name, before, after })),
      })),
    })),
    proposal: proposal ?? null,
    ...(compared !== undefined && { compared }),
  };
}
