import type { EvidenceReference } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';

/** Stores log entries that came newest first: JSON lines, oldest first. */
export async function storeLogs(evidence: EvidenceStore, newestFirst: readonly Json[]): Promise<EvidenceReference> {
  const text = newestFirst
    .toReversed()
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
  return evidence.put('logs', 'application/x-ndjson', text);
}
