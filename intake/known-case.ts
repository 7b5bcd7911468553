import { readdir } from 'node:fs/promises';
import { isFindingCaseId, mayBeNamed } from '../model/case-id.ts';
import { parseFindingName } from '../model/finding-name.ts';
import type { ParsedFinding } from '../model/finding.ts';
import { codeOf } from '../runtime/errors.ts';

/** The ids of the cases that intake has opened. */
export async function openedIds(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.map((name) => name.replace(/\.json$/, '')).filter(isFindingCaseId);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The same finding under the case that it has already, where what was received names it by organization or folder only and so does not tell the project:
 * one finding is one case, whatever an export leaves out. As it came where there is no such case, or several.
 */
export async function underKnownCase(parsed: ParsedFinding, folder: string): Promise<ParsedFinding> {
  const { finding } = parsed;
  const name = parseFindingName(finding.canonicalName);
  if (name === undefined || name.kind === 'projects') return parsed;
  const known = (await openedIds(folder)).filter(
    (id) => id !== finding.caseId && id.startsWith('finding-p') && mayBeNamed(id, name),
  );
  const [caseId] = known;
  if (caseId === undefined || known.length > 1) return parsed;
  const project = /^finding-p(\d+)/.exec(caseId)?.[1] ?? '';
  const canonicalName = finding.canonicalName.replace(/^(?:organizations|folders)\/\d+/, `projects/${project}`);
  return { ...parsed, finding: { ...finding, caseId, canonicalName } };
}
