import { parseReopening, type Reopening, type SignedReopening } from '../model/reopening.ts';
import type { ApproverRole, Roster } from '../model/roster.ts';
import { verifyApprover } from './verify-approver.ts';

/** A reopening is acted on at once; so long it waits for a worker and the roster, milliseconds. Older ones may have been seen before. */
const goodFor = 30 * 60_000;

/** Who only looks opens nothing. */
const reopeningRoles: ReadonlySet<ApproverRole> = new Set(['approver', 'lead']);

/** Whether somebody who may has signed that this run of a case is opened again. */
export type ReopeningVerdict =
  | { readonly status: 'verified'; readonly reopening: Reopening }
  | { readonly status: 'refused'; readonly reason: string };

/** Verifies a signed reopening. Refuses only for what is in it; anything else that goes wrong is thrown. */
export async function verifyReopening(
  signed: SignedReopening,
  roster: Roster,
  now: Date,
  ended: { readonly case: string; readonly run: string },
): Promise<ReopeningVerdict> {
  const refused = (reason: string) => ({ status: 'refused', reason }) as const;
  const verdict = await verifyApprover(signed, 'firebreak.reopen.v1', parseReopening, roster, now);
  if (verdict.status === 'refused') return verdict;
  const { statement: reopening, roles } = verdict;
  if (reopening.case !== ended.case || reopening.run !== ended.run)
    return refused('it was signed for another case or run');
  if (!roles.some((role) => reopeningRoles.has(role)))
    return refused(`${reopening.approver} only looks: it needs the role approver or lead`);
  if (!(Date.parse(reopening.signedAt) + goodFor >= now.getTime()))
    return refused(`it was signed at ${reopening.signedAt}, more than ${goodFor / 60_000} min ago`);
  return { status: 'verified', reopening };
}
