import { patched } from '@temporalio/workflow';
import { type CaseInput, caseInputSchema, type CaseResult } from '../model/case.ts';
import { discardVotes } from '../model/decide.ts';
import { type CaseFile, moveTo, note, openCaseFile, planOf } from './case-file.ts';
import { inputOf } from './input.ts';
import { listen, noteIfAhead } from './messages.ts';
import { awaitDecision, type Ending } from './steps/await-decision.ts';
import { close, closeAsBefore } from './steps/close.ts';
import { contain, preserve } from './steps/contain.ts';
import { takeFirstLook } from './steps/first-look.ts';
import { investigate } from './steps/investigate.ts';
import { nothingNew } from './steps/nothing-new.ts';
import { propose } from './steps/propose.ts';
import { proveReopening } from './steps/reopening.ts';
import { askAhead } from './steps/reputation.ts';
import { provedWithdrawal } from './steps/withdrawal.ts';

/**
 * The case: one run for one finding. Investigates, proposes, waits for people, carries out exactly what they approved, watches whether the
 * threat is gone. What turns out otherwise than it was approved is proposed again.
 */
export async function respondToFinding(given: CaseInput): Promise<CaseResult> {
  const input = inputOf(caseInputSchema, given, 'input of a case');
  const file = openCaseFile(input);
  listen(file);
  note(
    file,
    input.reopens === undefined
      ? 'the case opens'
      : `the case opens again; the run before it was ${input.reopens}${whyAgain(input)}`,
  );
  if (input.reopened !== undefined) await proveReopening(file, input.reopened);
  noteIfAhead(file, input.observation);
  for (;;) {
    const ahead = askAhead(file);
    const before = file.fetched;
    const around = await takeFirstLook(file);
    const known = await nothingNew(file);
    if (known !== null) {
      const as = await closeAsBefore(file, known);
      if (as !== null) return as;
    }
    const withdrawn = await provedWithdrawal(file, before);
    if (withdrawn !== undefined) return close(file, 'withdrawn', withdrawn);
    await investigate(file, around, ahead);
    const ending = await awaitDecision(file, propose(file));
    const closed = await answer(file, ending);
    if (closed !== null) return closed;
    file.book = discardVotes(file.book);
  }
}

function whyAgain({ alarm, lost }: CaseInput): string {
  if (lost !== undefined) return `. ${lost}`;
  return alarm === undefined ? '' : `. Seen after containment: ${alarm}`;
}

/** Does what the window's ending calls for; null where people have to be asked again. */
async function answer(file: CaseFile, ending: Ending): Promise<CaseResult | null> {
  switch (ending.kind) {
    case 'expired':
      return close(
        file,
        'expired',
        `nobody decided in time; ${file.actionsChanged.size === 0 ? 'nothing was changed' : 'what was changed before stays as the receipts say'}`,
      );
    case 'withdrawn':
      return close(file, 'withdrawn', ending.reason);
    case 'settled': {
      const { choice, decisions } = ending.settled;
      const by = decisions.map(({ approver, reason }) => `${approver}: ${reason}`).join('; ');
      if (choice.kind === 'dismiss') return close(file, 'dismissed', by);
      if (choice.kind === 'hand-over') return close(file, 'handed-over', by);
      const offered = planOf(file, choice.plan);
      if (offered === undefined) throw new TypeError('a settled plan is among those offered');
      moveTo(file, 'approved', `${offered.id} by ${by}`);
      await preserve(file);
      const { kind, reason } = await contain(file, offered.plan, ending.settled);
      if (kind === 'contained' || (kind === 'failed' && !patched('failure-asks-again')))
        return close(file, kind, reason);
      if (kind === 'failed') file.failures.push({ text: `An approved plan failed: ${offered.plan.title}`, reason });
      moveTo(file, 'investigating', reason);
      return null;
    }
  }
}
