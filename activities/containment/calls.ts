import { status } from '@grpc/grpc-js';
import { ApplicationFailure } from '@temporalio/common';
import { type Fields, fieldsSchema } from '../../model/fields.ts';
import { actionId, modeSchema } from '../../model/plan.ts';
import { closed, digest, identifier, instant, list, optional, text, whole, word, type z } from '../../model/schema.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';
import { grpcCode } from '../google-errors.ts';

/** What the ledger keeps of an action right before a call that changes something. */
const callSchema = closed({
  plan: digest,
  action: actionId,
  decisions: list(identifier, 100),
  mode: modeSchema,
  before: fieldsSchema,
  /** The resource's generation before it, where it has one. */
  generation: optional(whole(0, Number.MAX_SAFE_INTEGER)),
  takenAt: instant,
});
type Call = z.infer<typeof callSchema>;

/**
 * How a call came back where that is no end of its action: `refused` or `not-made` changed nothing, `accepted` began an operation, of `unknown` nobody
 * knows. None at all: its attempt is under way, or is gone.
 */
const returnSchema = closed({
  outcome: word('refused', 'not-made', 'accepted', 'unknown'),
  operation: text(10_000),
  at: instant,
});
export type CallReturn = z.infer<typeof returnSchema>;

/** A call with how it came back. */
export interface MadeCall {
  readonly call: Call;
  readonly returned: CallReturn | undefined;
}

/** The calls of an action so far, in order. Throws LedgerError where an entry is not what respond wrote. */
export async function callsOf(ledger: SignedLedger, key: string): Promise<MadeCall[]> {
  const calls: MadeCall[] = [];
  for (let number = 1; ; number += 1) {
    const call = await ledger.read(callKey(key, number), callSchema);
    if (call === undefined) return calls;
    calls.push({ call, returned: await ledger.read(returnKey(key, number), returnSchema) });
  }
}

/** Notes the call that is made next; false where another attempt of the same action has done so. */
export async function noteCall(
  ledger: SignedLedger,
  key: string,
  number: number,
  call: Omit<Call, 'takenAt'>,
): Promise<boolean> {
  const taken = { ...call, takenAt: new Date().toISOString() };
  return (await ledger.createIfAbsent(callKey(key, number), taken, callSchema)).created;
}

/** Notes how a call came back. */
export async function noteReturn(
  ledger: SignedLedger,
  key: string,
  number: number,
  { outcome, operation = '' }: { readonly outcome: CallReturn['outcome']; readonly operation?: string },
): Promise<void> {
  await ledger.createIfAbsent(
    returnKey(key, number),
    { outcome, operation, at: new Date().toISOString() },
    returnSchema,
  );
}

/** True of a call of which it is not known that it changed nothing. */
export function mayHaveChanged({ returned }: MadeCall): boolean {
  return returned === undefined || returned.outcome === 'accepted' || returned.outcome === 'unknown';
}

/** Answers after which a call may have done its work all the same. Any other status says that it was refused. */
const unclear: ReadonlySet<number> = new Set([
  status.CANCELLED,
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** What an error says of the call that it answered; one of ours says that there was none. */
export function outcomeOf(error: unknown): 'refused' | 'not-made' | 'unknown' {
  if (error instanceof ApplicationFailure) return 'not-made';
  const code = grpcCode(error);
  return code === undefined || unclear.has(code) ? 'unknown' : 'refused';
}

/** The first call of an action has the action's own key. */
function callKey(key: string, number: number): string {
  return number === 1 ? key : `${key}.call${number}`;
}

function returnKey(key: string, number: number): string {
  return `${key}.back${number}`;
}

/** The fields that a receipt of these calls says were there before: what the first of them found that may have changed something. */
export function foundBefore(calls: readonly MadeCall[], otherwise: Fields): Fields {
  return calls.find(mayHaveChanged)?.call.before ?? otherwise;
}
