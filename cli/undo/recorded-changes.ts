import { isCaseId, undoneBy } from '../../model/case-id.ts';
import { readdir } from 'node:fs/promises';
import type { CaseRecord } from '../../model/case-record.ts';
import type { Finding } from '../../model/finding.ts';
import { parseFindings } from '../../model/parse-finding.ts';
import type { Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Roster } from '../../model/roster.ts';
import { folderArchiveIndex } from '../../runtime/archive-index.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { codeOf, UserError } from '../../runtime/errors.ts';
import { evidenceStore } from '../../runtime/evidence-store.ts';
import { type WayBack, wayBack } from '../../workflows/containment/undo.ts';
import { readRecords, type WhatWasChanged } from './read-records.ts';

/** Where the records of closed cases are. */
export type Records = Pick<Configuration, 'evidenceFolder' | 'paths'>;

/** What a closed case and its ways back have changed, and what gives it back. */
export interface RecordedChanges {
  /** sha256 of the case's newest record. */
  readonly record: string;
  readonly newest: CaseRecord;
  readonly plans: readonly Plan[];
  readonly receipts: readonly Receipt[];
  readonly back: WayBack;
  readonly finding: Finding;
}

/** Every case and way back that has closed, from the archive index, which outlives Temporal's retention. */
export async function closedIds(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return files.map((file) => file.replace(/\.json$/, '')).filter(isCaseId);
}

/** Which way back of the case it is; undefined where it is none. */
export function numberOf(undone: string, id: string): number | undefined {
  const back = undoneBy(id);
  return back?.case === undone ? back.number : undefined;
}

/** Reads what a case and its earlier ways back changed. Throws UserError where it changed nothing, or where a record or receipt does not hold. */
export async function readChanges(
  { evidenceFolder, paths }: Records,
  id: string,
  earlier: readonly string[],
  roster: Roster,
): Promise<RecordedChanges> {
  const evidence = evidenceStore(evidenceFolder);
  const index = folderArchiveIndex(paths.archiveIndex, { read: () => Promise.resolve(roster) });
  const recordOf = async (of: string): Promise<string | undefined> => (await index.read(of))?.record;
  const read = async (of: string): Promise<WhatWasChanged | undefined> => {
    const found = await recordOf(of);
    return found === undefined ? undefined : readRecords(evidence, { case: of, sha256: found }, roster);
  };
  const record = await recordOf(id);
  if (record === undefined) throw new UserError(`${id} changed nothing: there is nothing to undo`);
  const changed = await readRecords(evidence, { case: id, sha256: record }, roster);
  const undos = await Promise.all(earlier.map(read));
  const all = [changed, ...undos.filter((one) => one !== undefined)];
  const plans = all.flatMap((one) => one.plans);
  const receipts = all
    .flatMap((one) => one.receipts)
    .toSorted((left, right) => Date.parse(left.finishedAt) - Date.parse(right.finishedAt));
  const { newest } = changed;
  const document = await evidence.get(newest.observation.document.sha256);
  const [parsed] = parseFindings(JSON.parse(document.toString('utf8')));
  if (parsed === undefined) throw new UserError(`the stored document of ${id} holds no finding`);
  return { record, newest, plans, receipts, back: wayBack(plans, receipts), finding: parsed.finding };
}
