import type { Client } from '@temporalio/client';
import { caseIdOf, isCaseId } from '../../model/case-id.ts';
import { parseFindingName } from '../../model/finding-name.ts';
import type { CaseSummary, CaseView } from '../../model/case.ts';
import { UserError } from '../../runtime/errors.ts';
import type { KeptHistories } from '../../runtime/kept-histories.ts';
import { shown } from '../terminal/shown.ts';
import { listRuns } from './list-cases.ts';
import { NoSuchCaseError, readCase } from './read-case.ts';
import { matching, shortIds } from './short-ids.ts';

/**
 * The case that a person means: by its id, the finding's name, or the beginning of either's last part where only one listed case has it.
 * Throws UserError naming what is near where none or several fit, NoWorkerError where no worker answers.
 */
export async function findCase(client: Client, text: string): Promise<CaseView> {
  const exact = caseIdIn(text);
  try {
    if (exact !== undefined) return await readCase(client, exact);
  } catch (error) {
    if (!(error instanceof NoSuchCaseError)) throw error;
  }
  const listed = await listRuns(client);
  return readCase(client, oneOf(idsOf(listed), listed, text));
}

/**
 * The ids of the cases that a person means, also of those that only the archive has, without asking the cases. Throws UserError where none or
 * several fit one of the texts.
 */
export async function findCaseIds(
  client: Client,
  texts: readonly string[],
  archive: Pick<KeptHistories, 'cases'>,
): Promise<string[]> {
  const exact = texts.every((text) => caseIdIn(text) !== undefined);
  const [listed, kept] = exact ? [[], []] : await Promise.all([listRuns(client), archive.cases()]);
  const known = [...new Set([...idsOf(listed), ...kept])];
  return texts.map((text) => caseIdIn(text) ?? oneOf(known, listed, text));
}

function idsOf(listed: readonly CaseSummary[]): string[] {
  return listed.map(({ id }) => id);
}

function oneOf(known: readonly string[], listed: readonly CaseSummary[], text: string): string {
  const ids = matching(known, text);
  const [id, ...others] = ids;
  if (id !== undefined && others.length === 0) return id;
  throw new UserError(id === undefined ? nothingFits(text, listed) : severalFit(text, ids));
}

/** A case id as it is, or the one that a finding's name stands for; one by organization or folder does not tell the project. */
function caseIdIn(text: string): string | undefined {
  const name = parseFindingName(text);
  if (name === undefined) return isCaseId(text) ? text : undefined;
  return name.kind === 'projects' && name.byNumber ? caseIdOf(name) : undefined;
}

const mostNamed = 5;

function nothingFits(text: string, listed: readonly CaseSummary[]): string {
  if (listed.length === 0) return `there is no case ${shown(text, 200)}: Temporal has no cases at all`;
  const short = shortIds(idsOf(listed));
  const near = listed
    .slice(0, mostNamed)
    .map(
      ({ id, category, resource }) => `\n  ${short.get(id) ?? id}  ${shown(category, 60)} on ${shown(resource, 60)}`,
    );
  return `there is no case ${shown(text, 200)}. The last ones are:${near.join('')}`;
}

function severalFit(text: string, ids: readonly string[]): string {
  const named = ids.slice(0, mostNamed).map((id) => `\n  ${shown(id, 300)}`);
  return `${ids.length} cases begin with ${shown(text, 200)}; give more of the id:${named.join('')}`;
}
