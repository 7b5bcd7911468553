import { ApplicationFailure, sleep } from '@temporalio/workflow';
import type { ReopeningAnswer } from '../../activities/trust.ts';
import type { SignedReopening } from '../../model/reopening.ts';
import { trust } from '../activities.ts';
import { type CaseFile, note } from '../case-file.ts';
import { reasonOf } from './reading.ts';

/** How long to wait for the roster, seconds: doubled from the first to the last. */
const rosterWaits = { first: 2, last: 30 } as const;

/**
 * Looks who has opened the case again, before anything else is done. Anybody who reaches Temporal can start a run: one that says that a person opened it,
 * and is not signed by one who may, does nothing at all and ends as failed.
 */
export async function proveReopening(file: CaseFile, reopened: SignedReopening): Promise<void> {
  const { reopens } = file.input;
  if (reopens === undefined) throw refused('it names no run that has ended');
  const { approver, reason } = await verdictOn(file, reopened, reopens);
  note(file, `opened again by ${approver}: ${reason}`);
}

async function verdictOn(file: CaseFile, signed: SignedReopening, run: string): Promise<ReopeningAnswer> {
  let said = '';
  for (let wait: number = rosterWaits.first; ; wait = Math.min(wait * 2, rosterWaits.last)) {
    const verdict = await verify(file, signed, run);
    if (verdict.status === 'verified') return verdict;
    if (verdict.status === 'refused') throw refused(verdict.reason);
    if (verdict.reason !== said) note(file, `who opens it again cannot be checked yet: ${verdict.reason}`);
    said = verdict.reason;
    await sleep(wait * 1000, { summary: 'The roster cannot be read' });
  }
}

async function verify({ id }: CaseFile, signed: SignedReopening, run: string): Promise<ReopeningAnswer> {
  try {
    return await trust().verifyReopening({ case: id, run, signed });
  } catch (error) {
    return { status: 'unavailable', approver: '', reason: reasonOf(error) };
  }
}

function refused(reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`the case is not opened again: ${reason}`, 'ReopeningRefused');
}
