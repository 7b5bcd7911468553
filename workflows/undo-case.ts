import { getExternalWorkflowHandle, uuid4 } from '@temporalio/workflow';
import { type CaseResult, type UndoInput, undoInputSchema } from '../model/case.ts';
import { digestOf } from '../model/digest.ts';
import { openBallot } from '../model/decide.ts';
import type { OfferedPlan, Plan } from '../model/plan.ts';
import type { Assessment, Proposal } from '../model/proposal.ts';
import { whyUnavailable } from '../model/rails.ts';
import { watchSignal, type WatchWord } from '../model/temporal-names.ts';
import { type CaseFile, moveTo, note, openCaseFile } from './case-file.ts';
import { offer } from './containment/offer-plans.ts';
import { inputOf } from './input.ts';
import { listen } from './messages.ts';
import { awaitDecision } from './steps/await-decision.ts';
import { close } from './steps/close.ts';
import { carryOut, orderOf } from './steps/contain.ts';

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
  const offered = offerUndo(file, input, window);
  propose(file, assessmentOf(input), offered, window);
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

function offerUndo(
  { id, run }: CaseFile,
  { rails, undoes: { case: undone, actions, lost } }: UndoInput,
  { expiresAt, nonce }: { readonly expiresAt: string; readonly nonce: string },
): OfferedPlan {
  const plan: Plan = {
    kind: 'undo',
    case: id,
    run,
    nonce,
    mode: rails.mode,
    notAfter: expiresAt,
    title: `Give back what ${undone} changed`,
    actions,
    stops: [],
    doesNotStop: [
      'the threat: what was contained can come back with it, the compromised revision too',
      ...lost.map((text) => `stays as it is: ${text}`),
    ],
    breaks: ['what the containment kept out may come in again: the resource is as it was when the finding came'],
    undo: `By hand, from the receipts of ${id}. To contain the resource again, decide on its case when it is opened again.`,
    quorum: { approvers: 1, role: 'approver' },
    missingEvidence: [],
    watch: { quietSeconds: 0 },
  };
  return offer(plan, whyUnavailable(plan, rails));
}

function assessmentOf({ undoes: { case: undone, lost, done }, finding }: UndoInput): Assessment {
  return {
    verdict: 'unclear',
    summary: `Someone asks to give back what ${undone} changed on ${finding.resource?.name ?? finding.resourceName}.`,
    known: done,
    unknown: lost.map((text) => ({ text: `How to give back: ${text}`, reason: 'it stays as it is' })),
    todo: ['Make sure that the way in is closed before the compromised revision serves again'],
  };
}

function propose(
  file: CaseFile,
  assessment: Assessment,
  offered: OfferedPlan,
  { openedAt, expiresAt }: { readonly openedAt: string; readonly expiresAt: string },
): void {
  const available = offered.unavailable === undefined;
  const recommendation = available
    ? {
        choice: 'plan' as const,
        plan: offered.id,
        reason: 'it was asked for; every action is refused where its resource has changed since',
      }
    : { choice: 'hand-over' as const, reason: offered.unavailable ?? '' };
  const plans = [{ ...offered, recommended: available }];
  const digest = digestOf({ case: file.id, run: file.run, assessment, plans: [offered.digest], recommendation });
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
  moveTo(file, 'proposed', `recommended is ${recommendation.plan ?? recommendation.choice}: ${recommendation.reason}`);
}
