import type { CaseView } from '../../model/case.ts';
import type { Roster } from '../../model/roster.ts';
import { sixWords } from '../../model/words.ts';
import { proposalDigest } from '../../workflows/assessment/propose.ts';
import { type CheckedPlan, checkPlans, type OwnKnowledge } from './check-plans.ts';
import { checkReceipts } from './check-receipts.ts';
import { checkSeals } from './check-seals.ts';
import { type Findings, type Problem, together } from './problem.ts';

/** A case as this machine has checked it: what it says is not believed, but recomputed and held against signatures. */
export interface CheckedView extends Findings {
  /** The case as it says, without what observe has not signed. */
  readonly view: CaseView;
  readonly plans: readonly CheckedPlan[];
  /** The digest that an answer names, recomputed, and its words; absent where nothing is proposed. */
  readonly proposal?: { readonly digest: string; readonly words: string };
  /** Whether the plans were made again here: they are where they can still be approved. */
  readonly madeAgain: boolean;
}

/** What a view is checked with. */
export interface CheckOptions extends OwnKnowledge {
  /** Whose signatures count; a text where the trust document cannot be read: why. */
  readonly roster: Roster | string;
  /** `deciding`: plans are made again whatever state the case claims to be in. */
  readonly purpose: 'looking' | 'deciding';
}

/**
 * Checks a view of a case, which a query has answered and anybody may have made up: signatures of what it rests on, digests, ids, targets, and the
 * plans, which the code on this machine makes again.
 */
export async function checkedView(view: CaseView, { roster, purpose, ...own }: CheckOptions): Promise<CheckedView> {
  if (typeof roster === 'string')
    return checkedBy(view, own, false, {
      held: [],
      problems: [{ text: `no signature can be checked here: ${roster}`, stops: 'plans' }],
    });
  const sealed = await checkSeals(view, roster);
  const receipts = await checkReceipts(view, roster);
  const again = purpose === 'deciding' || view.state === 'proposed';
  return checkedBy(sealed.view, own, again, together([sealed, receipts]));
}

async function checkedBy(
  view: CaseView,
  own: OwnKnowledge,
  again: boolean,
  { held, problems: before }: Findings,
): Promise<CheckedView> {
  const rests = [...before, ...whyNotItself(view)];
  const sound = rests.every(({ stops }) => stops === 'nothing');
  // Of what is not known no plan is made, so that there is nothing to compare.
  const { plans, problems } = await checkPlans(view, own, again && sound);
  const proposal = proposalOf(view);
  const all = [...rests, ...problems, ...proposal.problems];
  const mayApprove = all.every(({ stops, plan }) => stops === 'nothing' || plan !== undefined);
  return {
    view,
    held: [...held, ...proposal.held, ...plansHeld(plans, again, mayApprove)],
    problems: all,
    plans: plans.map((plan) => ({ ...plan, holds: plan.holds && mayApprove })),
    ...(proposal.own !== undefined && { proposal: proposal.own }),
    madeAgain: again,
  };
}

function plansHeld(plans: readonly CheckedPlan[], again: boolean, mayApprove: boolean): string[] {
  if (!mayApprove) return [];
  return plans.flatMap(({ holds, offered: { id } }) => {
    if (!holds) return [];
    const made = again ? ', and its texts and actions are what this machine makes of these facts' : '';
    return [`plan ${id}: its digest and id are those of its text, it changes the finding’s resource alone${made}`];
  });
}

/** What a view says twice has to be the same: its heading is that of its finding. */
function whyNotItself({ category, severity, resource, finding }: CaseView): Problem[] {
  const same = category === finding.category && severity === finding.severity && resource === finding.resourceName;
  return same ? [] : [{ text: 'its heading is not that of its finding', stops: 'plans' }];
}

interface OwnProposal extends Findings {
  readonly own?: { readonly digest: string; readonly words: string };
}

/** The digest of the proposal as it is computed here, and whether the one that is offered for signing is it. */
function proposalOf({ id, run, proposal }: CaseView): OwnProposal {
  if (proposal === null) return { held: [], problems: [] };
  const { plans, recommendation } = proposal;
  const digest = proposalDigest({ case: id, run }, proposal);
  const recommended = plans.filter((plan) => plan.recommended).map((plan) => plan.id);
  const wanted = recommendation.plan === undefined ? [] : [recommendation.plan];
  const problems: Problem[] = [];
  if (digest !== proposal.digest)
    problems.push({ text: 'the digest of the proposal is not that of its text', stops: 'answers' });
  if (recommended.join() !== wanted.join())
    problems.push({ text: 'it marks another plan as recommended than it recommends', stops: 'plans' });
  const held = problems.length === 0 ? ['the proposal: its digest is that of its text'] : [];
  return { held, problems, own: { digest, words: sixWords(digest) } };
}
