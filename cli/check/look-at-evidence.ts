import { stat } from 'node:fs/promises';
import type { CaseView } from '../../model/case.ts';
import type { EvidenceReference } from '../../model/evidence.ts';
import { codeOf } from '../../runtime/errors.ts';
import { EvidenceDamagedError, evidenceStore } from '../../runtime/evidence-store.ts';
import type { Looked } from './looked.ts';

/** Looks whether the documents that a case rests on are in this machine's evidence store, each as its sha256 says. */
export async function lookAtEvidence(view: CaseView, folder: string): Promise<Looked[]> {
  if (!(await isThere(folder)))
    return [{ at: 'evidence store', found: 'not-looked-at', detail: `there is none on this machine (${folder})` }];
  const store = evidenceStore(folder);
  return Promise.all(
    documentsOf(view).map(async ({ what, sha256 }): Promise<Looked> => {
      const at = `evidence store, ${what}`;
      try {
        await store.get(sha256);
        return { at, found: 'same', detail: `${sha256} is there, whole` };
      } catch (error) {
        if (error instanceof EvidenceDamagedError) return { at, found: 'wrong', detail: error.message };
        if (codeOf(error) !== 'ENOENT') throw error;
        return { at, found: 'wrong', detail: `${sha256} is not there` };
      }
    }),
  );
}

function documentsOf({ document, investigation }: CaseView): { readonly what: string; readonly sha256: string }[] {
  const named = (what: string, reference: EvidenceReference | undefined) =>
    reference === undefined ? [] : [{ what, sha256: reference.sha256 }];
  const own = named('the finding', document);
  if (investigation === null) return own;
  const { settings, related, logs, identity, reputation } = investigation;
  return [
    ...own,
    ...(settings.status === 'answered' ? named('the settings', settings.value.evidence) : []),
    ...(related.status === 'answered' ? named('the findings nearby', related.value.evidence) : []),
    ...(logs.status === 'answered' ? named('the container logs', logs.value.evidence) : []),
    ...(identity.status === 'answered' ? named('the traces of the account', identity.value.evidence) : []),
    ...reputation.flatMap((answer) =>
      answer.status === 'answered'
        ? named(`VirusTotal on a ${answer.value.indicator.kind}`, answer.value.evidence)
        : [],
    ),
  ];
}

async function isThere(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
