import { z } from 'zod';
import type { Purpose, Signed } from '../runtime/signatures.ts';
import { signedAs, signedIn } from './history-values.ts';
import type { Event } from './read-history.ts';
import { keyOf, type RunName, type SignatureProblem } from './signature-verdict.ts';
import type { Signers } from './signers.ts';

const ofRun = z.object({ case: z.string(), run: z.string() });
const receiptSchema = ofRun.extend({
  plan: z.string(),
  action: z.string(),
  decisions: z.array(z.string()),
  result: z.string(),
});
const purposes: ReadonlySet<string> = new Set<Purpose>([
  'firebreak.receipt.v1',
  'firebreak.observation.v1',
  'firebreak.grants.v1',
]);
const words: Readonly<Record<string, string>> = { observation: 'an observation', grants: 'what respond is granted' };
const isWorkers = (purpose: string): purpose is Purpose => purposes.has(purpose);

/** What people sign is judged on its own. */
const peoples: ReadonlySet<string> = new Set<Purpose>(['firebreak.decision.v1', 'firebreak.reopen.v1']);

/** A receipt that holds. */
export type HeldReceipt = z.infer<typeof receiptSchema>;

/** What workers signed in a history, judged. */
export interface JudgedReceipts {
  /** By `keyOf`. */
  readonly receipts: ReadonlyMap<string, HeldReceipt>;
  readonly observations: number;
  readonly problems: readonly SignatureProblem[];
}

/** Judges everything that workers signed: receipts, observations and what respond is granted, each once. What was sent to the case is anybody's, and left out. */
export async function judgeReceipts(events: readonly Event[], of: RunName, signers: Signers): Promise<JudgedReceipts> {
  const receipts = new Map<string, HeldReceipt>();
  const problems: SignatureProblem[] = [];
  const seen = new Set<string>();
  let observations = 0;
  for (const event of events.filter((one) => !isMessage(one))) {
    for (const signed of signedIn(event)) {
      const [key, purpose] = [keyOf(signed), signedAs(signed)];
      if (peoples.has(purpose) || seen.has(key)) continue;
      seen.add(key);
      const judged = await judgeOne(signed, purpose, of, signers);
      if ('what' in judged) problems.push({ event: Number(event.eventId), ...judged });
      else if (judged.receipt === undefined) observations += 1;
      else receipts.set(key, judged.receipt);
    }
  }
  return { receipts, observations, problems };
}

/** The receipt; what was observed or granted is not looked into any further. */
async function judgeOne(
  signed: Signed,
  purpose: string,
  of: RunName,
  signers: Signers,
): Promise<Omit<SignatureProblem, 'event'> | { readonly receipt: HeldReceipt | undefined }> {
  const name = isWorkers(purpose) ? purpose.split('.')[1] : '';
  const wrong = (reason: string, kind: SignatureProblem['kind'] = 'does-not-hold') => ({
    kind,
    what: `${words[name ?? ''] ?? `a ${name}`}: ${reason}`,
  });
  if (!isWorkers(purpose)) return { kind: 'does-not-hold', what: 'something is signed as nothing that a case has' };
  const judgement = await signers.worker(signed, purpose);
  if (judgement.status !== 'holds') return wrong(judgement.reason, judgement.status);
  // What respond is granted is asked once for all cases of a while: it names the one that asked first.
  if (purpose === 'firebreak.grants.v1') return { receipt: undefined };
  const { data: named } = ofRun.safeParse(judgement.value);
  if (named?.case !== of.case || named.run !== of.run) return wrong('it was signed for another case or run');
  if (purpose !== 'firebreak.receipt.v1') return { receipt: undefined };
  const { data: receipt } = receiptSchema.safeParse(judgement.value);
  return receipt === undefined ? wrong('it is not of the form of a receipt') : { receipt };
}

/** What anybody can send to a running case. */
function isMessage(event: Event): boolean {
  return Boolean(
    event.workflowExecutionSignaledEventAttributes ??
    event.workflowExecutionUpdateAcceptedEventAttributes ??
    event.workflowExecutionUpdateAdmittedEventAttributes,
  );
}
