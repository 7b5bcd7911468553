import { evidenceStore } from '../../../runtime/evidence-store.ts';

/** The digests of all evidence that a history names, in any payload. */
function evidenceNamedIn(history: unknown): Set<string> {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (value instanceof Uint8Array) {
      const text = Buffer.from(value).toString('utf8');
      if (text.includes('"mediaType"')) look(JSON.parse(text));
    } else if (Array.isArray(value)) {
      for (const inner of value) look(inner);
    } else if (typeof value === 'object' && value !== null) {
      // A finding's binaries have a sha256 too; evidence is what also has a media type.
      if ('sha256' in value && 'mediaType' in value && typeof value.sha256 === 'string') found.add(value.sha256);
      for (const inner of Object.values(value)) look(inner);
    }
  };
  look(history);
  return found;
}

/** Reads every piece of evidence that a history names; throws where one is missing or differs from its name. Answers how many there are. */
export async function readWholeEvidence(folder: string, history: unknown): Promise<number> {
  const store = evidenceStore(folder);
  const names = evidenceNamedIn(history);
  for (const sha256 of names) await store.get(sha256);
  return names.size;
}
