import { getExternalWorkflowHandle, patched } from '@temporalio/workflow';
import { type LookWord } from '../../model/look.ts';
import type { RelatedFinding } from '../../model/investigation.ts';
import { lookSignal } from '../../model/temporal-names.ts';
import { type CaseFile, findingOf, note } from '../case-file.ts';

/** So many are told. */
const mostTold = 20;

/**
 * Tells the other cases of the same resource that this one has changed it: each that waits for a decision looks at it, and makes its proposal anew. Who
 * is not known to this case sees it when somebody reads its page, and respond refuses what was made without it.
 */
export async function tellOtherCases(file: CaseFile): Promise<void> {
  const others = casesOfTheResource(file);
  if (others.length === 0 || !patched('tell-other-cases')) return;
  const word: LookWord = { why: 'other-case', case: file.id };
  const told = await Promise.all(
    others.map(async (id) => {
      try {
        await getExternalWorkflowHandle(id).signal(lookSignal, word);
        return [id];
      } catch {
        // That case is not open: there is nobody to tell.
        return [];
      }
    }),
  );
  const ids = told.flat();
  if (ids.length > 0) note(file, `told other cases of the same resource: ${ids.join(', ')}`);
}

function casesOfTheResource(file: CaseFile): string[] {
  const { related } = file.investigation ?? {};
  const kind = findingOf(file).resource?.kind;
  if (related?.status !== 'answered' || kind === undefined) return [];
  const ofIt = ({ caseId, rules }: RelatedFinding): boolean => caseId !== file.id && rules.includes(`same ${kind}`);
  return [...new Set(related.value.findings.filter(ofIt).map(({ caseId }) => caseId))].slice(0, mostTold);
}
