import type { Observation } from '../model/case.ts';
import type { Finding } from '../model/finding.ts';
import { parseFindings } from '../model/parse-finding.ts';
import type { OpenedCase } from '../model/opened-case.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { CaseSettings } from './case-requests.ts';

/** What a case was opened with, to open it again. */
export interface OpenedBy {
  readonly finding: Finding;
  readonly observation: Observation;
  readonly settings: CaseSettings;
}

/** What a case was opened with, from what intake has kept of it; the rest of the settings as they are now. */
export async function openedBy(
  { case: id, observation, submitted, dryRun }: OpenedCase,
  evidence: Pick<EvidenceStore, 'get'>,
  { taskQueue, times, rails: usual }: Omit<CaseSettings, 'submitted'>,
): Promise<OpenedBy> {
  const document: unknown = JSON.parse((await evidence.get(observation.document.sha256)).toString('utf8'));
  const finding = parseFindings(document).find(({ finding: { caseId } }) => caseId === id)?.finding;
  if (finding === undefined) throw new TypeError(`the stored document of ${id} holds no finding of this case`);
  const rails = dryRun ? { ...usual, mode: 'dry-run' as const } : usual;
  return { finding, observation, settings: { taskQueue, times, rails, submitted } };
}
