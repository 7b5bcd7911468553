import { randomUUID } from 'node:crypto';
import type { CaseView } from '../../model/case.ts';
import type { Choice, Decision, SignedDecision } from '../../model/decision.ts';
import type { Proposal } from '../../model/proposal.ts';
import { signJson } from '../../runtime/signatures.ts';
import type { Analyst } from './analyst-key.ts';

/** A decision and its signed text. */
export interface MadeDecision {
  readonly decision: Decision;
  readonly signed: SignedDecision;
}

/** Makes a decision on what this view of a case proposes, with a new id, and signs it. */
export async function signDecision(
  view: CaseView,
  { proposal, choice }: { readonly proposal: Proposal; readonly choice: Choice },
  reason: string,
  { name, key }: Analyst,
): Promise<MadeDecision> {
  const decision: Decision = {
    type: 'firebreak.decision.v1',
    id: randomUUID(),
    case: view.id,
    run: view.run,
    proposal: proposal.digest,
    choice,
    reason,
    approver: name,
    credential: key.kid,
    signedAt: new Date().toISOString(),
  };
  return { decision, signed: await signJson(decision, 'firebreak.decision.v1', key) };
}
