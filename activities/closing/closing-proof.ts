import { ApplicationFailure, Context } from '@temporalio/activity';
import { digestOf } from '../../model/digest.ts';
import type { Finding } from '../../model/finding.ts';
import type { ActionKind, Mode, Plan } from '../../model/plan.ts';
import { MalformedError } from '../../model/parse.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Roster } from '../../model/roster.ts';
import { ForeignEntryError, UnprovedFileError } from '../../runtime/errors.ts';
import { verifyReceipt } from '../../runtime/verify-receipt.ts';
import type { CarriedOut } from '../case-records.ts';
import { contained } from '../containment/memory.ts';
import type { ClosingRequest } from '../security-command-center.ts';
import { whyNotExpired } from './expired.ts';
import { prove } from './proofs.ts';

export interface ClosingProofDependencies {
  readonly trust: { read(): Promise<Roster> };
  /** How long people have to decide, by this process's configuration, seconds. */
  readonly expiry: number;
}

/** What was proved of a closing: how it was gone about, and the ids of the decisions. */
export interface ProvedClosing {
  readonly mode: Mode;
  readonly decisions: readonly string[];
}

/**
 * Looks at the proofs of a state before it is signed, since whoever reaches Temporal can ask for it. What lacks one is not written, and no retry
 * gives it one; a roster that cannot be read is tried again.
 */
export function closingProof({ trust, expiry }: ClosingProofDependencies) {
  return async function proveClosing(
    request: ClosingRequest,
    { plans, receipts: signed }: CarriedOut,
    readLive: () => Promise<Finding | undefined>,
  ): Promise<ProvedClosing> {
    const { case: id, run, state, decisions, quiet, mode } = request;
    const { workflowId, runId } = Context.current().info.workflowExecution ?? {};
    if (workflowId !== id || runId !== run) throw notProved(request, 'it was asked for by another case or run');
    const roster = await trust.read();
    const receipts: Receipt[] = [];
    const kind = (receipt: Receipt): ActionKind | undefined => kindOf(plans, receipt);
    for (const one of signed) receipts.push(await verifyReceipt(one, roster, { case: id, run, kind }));
    switch (state) {
      case 'contained':
      case 'undone':
      case 'failed':
      case 'dismissed':
      case 'handed-over': {
        const given = { case: id, run, state, plans, receipts, decisions, ...(quiet !== undefined && { quiet }) };
        const proof = await prove(given, roster);
        if ('lacks' in proof) throw notProved(request, proof.lacks);
        return state === 'contained' || state === 'undone' ? proof : { ...proof, mode };
      }
      case 'withdrawn': {
        const why = whyNotWithdrawn(await readLive(), contained(id));
        if (why !== null) throw notProved(request, why);
        return { mode, decisions: [] };
      }
      case 'expired': {
        const why = await whyNotExpired(id, run, expiry);
        if (why !== null) throw notProved(request, why);
        return { mode, decisions: [] };
      }
      default:
        throw notProved(request, 'a case does not end in that state');
    }
  };
}

function kindOf(plans: readonly Plan[], { plan, action }: Receipt): ActionKind | undefined {
  return plans.find((one) => digestOf(one) === plan)?.actions.find(({ id }) => id === action)?.kind;
}

function whyNotWithdrawn(live: Finding | undefined, caseId: string): string | null {
  if (live === undefined) return 'SCC has no such finding';
  if (live.caseId !== caseId) return 'it names another finding';
  return live.state === 'INACTIVE' || live.mute === 'MUTED' ? null : 'SCC says that the finding is active';
}

/** A failure that no retry mends. */
export function notProved({ state }: { readonly state: string }, why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${state} is not proved: ${why}`, 'NotProved');
}

/** True where what a closing rests on does not hold, so that trying again does not help. */
export function isUnproved(error: unknown): boolean {
  return error instanceof UnprovedFileError || error instanceof ForeignEntryError || error instanceof MalformedError;
}
