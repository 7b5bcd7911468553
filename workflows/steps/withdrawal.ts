import { digestOf } from '../../model/digest.ts';
import type { FetchedFinding } from '../../model/investigation.ts';
import { trust } from '../activities.ts';
import { type CaseFile, note } from '../case-file.ts';

/**
 * Why there is nothing to decide, where observe has signed it. Anybody who can poll observe's queue can answer: an answer that is not signed closes
 * no case. Then what was known before stands, and SCC is asked again.
 */
export async function provedWithdrawal(file: CaseFile, before: FetchedFinding | null): Promise<string | undefined> {
  const reason = whyWithdrawn(file);
  if (reason === undefined || file.fetched === null) return undefined;
  const { status, reason: why } = await trust().verifyObservation({
    case: file.id,
    run: file.run,
    sha256: digestOf(file.fetched.finding),
    seal: file.seals.finding ?? null,
  });
  if (status === 'verified') return reason;
  const detail = `whether ${reason.replace('SCC says that ', '')} is not known: ${why}`;
  note(file, detail);
  file.fetched = before ?? asItCame(file, detail);
  file.observed ??= file.input.observation;
  return undefined;
}

function asItCame({ input }: CaseFile, detail: string): FetchedFinding {
  const { fingerprint, document } = input.observation;
  return { confirmation: 'unavailable', detail, finding: input.finding, fingerprint, evidence: document };
}

/**
 * Why there is nothing to decide: SCC, read live, says resolved or muted. People resolve what is contained: a case that the watch or a person opened
 * goes on, unless somebody resolves or mutes the finding after that.
 */
function whyWithdrawn({ fetched, input, seenActive }: CaseFile): string | undefined {
  if (fetched?.confirmation !== 'confirmed') return undefined;
  if ((input.alarm !== undefined || input.reopened !== undefined) && !seenActive) return undefined;
  const { state, mute } = fetched.finding;
  if (state === 'INACTIVE') return 'SCC says that the finding is resolved';
  return mute === 'MUTED' ? 'SCC says that the finding is muted' : undefined;
}
