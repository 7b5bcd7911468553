import { canonicalJson } from '../model/digest.ts';
import type { CaseRecord, RecordPart } from '../model/case-record.ts';
import type { ArchiveIndex } from '../runtime/archive-index.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';

/** A part of what a run changed. */
export interface KeepRecordRequest {
  readonly case: string;
  readonly run: string;
  readonly part: RecordPart;
  /** sha256 of this run's part before it; absent for the first. */
  readonly after?: string;
}

/** What closing tells of what was changed: all of it, or the last part that was kept ahead; nothing where nothing was changed. */
export interface ClosingRecord {
  readonly case: string;
  readonly run: string;
  readonly record?: RecordPart;
  /** sha256, as `keepRecord` answered it. */
  readonly kept?: string;
}

/** Keeps what cases changed in the evidence store: a chain of records, each of which names the one before. */
export function caseRecords(evidence: EvidenceStore, archiveIndex: Pick<ArchiveIndex, 'read'>) {
  async function store(id: string, run: string, part: RecordPart, earlier: string | undefined): Promise<string> {
    const whole: CaseRecord = {
      type: 'firebreak.case-record.v1',
      case: id,
      run,
      ...part,
      ...(earlier !== undefined && { earlier }),
    };
    return (await evidence.put('case-record', 'application/json', canonicalJson(whole))).sha256;
  }

  /** Stores a part of what is too large for one payload, before the case closes. Answers its sha256. The same again is the same record. */
  async function keepRecord({ case: id, run, part, after }: KeepRecordRequest): Promise<string> {
    return store(id, run, part, after ?? (await archiveIndex.read(id))?.record);
  }

  /** Stores what this run changed; answers the newest record of the case, if it has one. An earlier run's is named in it. */
  async function newestRecord({ case: id, run, record, kept }: ClosingRecord): Promise<string | undefined> {
    const before = await archiveIndex.read(id);
    // A second attempt finds its own entry: the record before it is named there already.
    if (before?.run === run && before.record !== undefined) return before.record;
    if (kept !== undefined) return kept;
    return record === undefined ? before?.record : store(id, run, record, before?.record);
  }

  return { keepRecord, newestRecord };
}
