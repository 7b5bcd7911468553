import { getExternalWorkflowHandle, uuid4 } from '@temporalio/workflow';
import { type CaseResult, type UndoInput, undoInputSchema } from '../model/case.ts';
import { openBallot } from '../model/decide.ts';
import type { OfferedPlan } from '../model/plan.ts';
import type { Assessment, Proposal } from '../model/proposal.ts';
import { whyUnavailable } from '../model/rails.ts';
import { watchSignal, type WatchWord } from '../model/temporal-names.ts';
import { type CaseFile, moveTo, note, openCaseFile } from './case-file.ts';
import { proposalDigest } from './assessment/propose.ts';
import { offer } from './containment/offer-plans.ts';
import { undoAssessment, undoPlan } from './containment/undo-plan.ts';
import { inputOf } from './input.ts';
import { listen } from './messages.ts';
import { obstacleOfUndo } from './steps/grants.ts';
import { awaitDecision } from './steps/await-decision.ts';
import { close } from './steps/close.ts';
import { carryOut, orderOf } from './steps/contain.ts';
import { recommendationText } from './steps/propose.ts';

/**
 * The way back: proposes the inverses of what a case changed as one plan, waits for its own approval, carries it out. What has changed since is
 * refused with the difference, and nothing more is done.
 */
export async function undoCase(given: UndoInput): Promise<CaseResult> {
  const input = inputOf(undoInputSchema, given, 'input of a way back');
  const file = openCaseFile(input);
  listen(file);
  const { case: undone } = input.undoes;
  const openedAt = file.openedAt;
  const expiresAt = new Date(Date.parse(openedAt) + input.times.expiry * 1000).toISOString();
  const window = { openedAt, expiresAt, nonce: uuid4() };
  const plan = undoPlan(input.undoes, {
    case: file.id,
    run: file.run,
    nonce: window.nonce,
    notAfter: expiresAt,
    mode: input.rails.mode,
  });
  const offered = offer(plan, whyUnavailable(plan, input.rails), await obstacleOfUndo(file, plan));
  propose(file, undoAssessment(input), offered, window);
  const ending = await awaitDecision(file, window);
  if (ending.kind === 'expired') return close(file, 'expired', 'nobody decided in time; nothing was given back');
  if (ending.kind === 'withdrawn') return close(file, 'withdrawn', ending.reason);
  const { settled } = ending;
  const by = settled.decisions.map(({ approver, reason }) => `${approver}: ${reason}`).join('; ');
  if (settled.choice.kind !== 'plan')
    return close(file, settled.choice.kind === 'dismiss' ? 'dismissed' : 'handed-over', by);
  moveTo(file, 'approved', `${offered.id} by ${by}`);
  await tellWatch(file, undone, 'rest');
  moveTo(file, 'containing', offered.plan.title);
  const { stopped, dryRun } = await carryOut(file, orderOf(file, offered.plan, settled), 'at-once');
  await tellWatch(file, undone, file.actionsChanged.size > 0 ? 'end' : 'go-on');
  if (stopped !== null) return close(file, 'failed', stopped.reason);
  return close(
    file,
    'undone',
    dryRun
      ? 'dry run, nothing was changed: what would be is in the receipts'
      : `what ${undone} changed is as it was before`,
  );
}

/** The way back is nothing that the watch need see: it rests meanwhile, and goes on where nothing was given back. */
async function tellWatch(file: CaseFile, undone: string, what: WatchWord): Promise<void> {
  try {
    const watch = getExternalWorkflowHandle(`watch-${undone}`);
    await (what === 'end' ? watch.cancel() : watch.signal(watchSignal, what));
  } catch {
    if (what === 'rest') note(file, `${undone} was no longer watched`);
  }
}

function propose(
  file: CaseFile,
  assessment: Assessment,
  offered: OfferedPlan,
  { openedAt, expiresAt }: { readonly openedAt: string; readonly expiresAt: string },
): void {
  const available = offered.unavailable === undefined && offered.doubt === undefined;
  const recommendation = available
    ? {
        choice: 'plan' as const,
        plan: offered.id,
        reason: 'it was asked for; every action is refused where its resource has changed since',
      }
    : { choice: 'hand-over' as const, reason: offered.unavailable ?? offered.doubt ?? '' };
  const plans = [{ ...offered, recommended: available }];
  const digest = proposalDigest({ case: file.id, run: file.run }, { assessment, plans, recommendation });
  const proposal: Proposal = {
    revision: 1,
    digest,
    openedAt,
    expiresAt,
    playbook: 'undo',
    assessment,
    plans,
    recommendation,
  };
  file.proposal = proposal;
  file.assessment = assessment;
  file.book = openBallot(file.book, proposal);
  moveTo(file, 'proposed', recommendationText(proposal));
}
