import { join } from 'node:path';
import { type ArchiveEntry, archiveEntrySchema, type RestNote, restNoteSchema } from '../model/archive-entry.ts';
import { type OpenedCase, openedCaseSchema } from '../model/opened-case.ts';
import type { Roster } from '../model/roster.ts';
import { type FileKind, ownFiles, type OwnFiles, signedFiles, type SignedFiles } from './signed-files.ts';
import type { SigningKey } from './signatures.ts';

export type { ArchiveEntry } from '../model/archive-entry.ts';

/** The index of closed cases: one small file a case, which observe has signed. */
export type ArchiveIndex = SignedFiles<ArchiveEntry>;

interface Trust {
  read(): Promise<Pick<Roster, 'workers'>>;
}

const again = 'Restore it from a copy, or remove it; then run: firebreak dead-letters retry';

const entries = (folder: string): FileKind<ArchiveEntry> => ({
  folder,
  purpose: 'firebreak.index.v1',
  role: 'observe',
  schema: archiveEntrySchema,
  what: 'the archive index',
  whatToDo: `whether the case was closed is not known. ${again}`,
});

/** The archive index in a folder, to be read. */
export function folderArchiveIndex(folder: string, trust: Trust): ArchiveIndex {
  return signedFiles(entries(folder), trust);
}

/** The archive index as observe has it, which writes it. */
export function ownArchiveIndex(folder: string, trust: Trust, key: SigningKey): OwnFiles<ArchiveEntry> {
  return ownFiles(entries(folder), trust, () => Promise.resolve(key));
}

/** Where in the index's folder intake's own files are. */
export function intakeFolders(folder: string) {
  return { opened: join(folder, 'opened'), rest: join(folder, 'rest') } as const;
}

/** What intake remembers of cases beside the index: which it has opened, and which findings were at rest after closing. */
export interface IntakeFiles {
  readonly opened: OwnFiles<OpenedCase>;
  readonly rests: OwnFiles<RestNote>;
}

const openings = (folder: string): FileKind<OpenedCase> => ({
  folder,
  purpose: 'firebreak.opened.v1',
  role: 'intake',
  schema: openedCaseSchema,
  what: 'the record of the opened case',
  whatToDo: 'whether the case is missing in Temporal is not known. Restore it from a copy, or remove it',
});

/** The cases that intake has opened, to be read. */
export function openedCases(folder: string, trust: Trust): SignedFiles<OpenedCase> {
  return signedFiles(openings(intakeFolders(folder).opened), trust);
}

const notes = (folder: string): FileKind<RestNote> => ({
  folder,
  purpose: 'firebreak.rest.v1',
  role: 'intake',
  schema: restNoteSchema,
  what: 'the note',
  whatToDo: `what was reported after the case had closed is not known. ${again}`,
});

/** What was reported after cases had closed, to be read. */
export function restNotes(folder: string, trust: Trust): SignedFiles<RestNote> {
  return signedFiles(notes(intakeFolders(folder).rest), trust);
}

/** Intake's own files in the index's folder. */
export function intakeFiles(folder: string, trust: Trust, key: () => Promise<SigningKey>): IntakeFiles {
  const places = intakeFolders(folder);
  return {
    opened: ownFiles(openings(places.opened), trust, key),
    rests: ownFiles(notes(places.rest), trust, key),
  };
}
