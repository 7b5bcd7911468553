import { type CaseRecord, caseRecordSchema, type RecordPart } from '../model/case-record.ts';
import { canonicalJson } from '../model/digest.ts';
import { parsed } from '../model/parse.ts';
import type { ArchiveIndex } from '../runtime/archive-index.ts';
import { UnprovedFileError } from '../runtime/errors.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';

/** A part of what a run changed. */
export interface KeepRecordRequest {
  readonly case: string;
  readonly run: string;
  readonly part: RecordPart;
  /** sha256 of this run's part before it; absent for the first. */
  readonly after?: string;
}

/** What closing tells of what was carried out: all of it, or the last part that was kept ahead; nothing where nothing was. */
export interface ClosingRecord {
  readonly case: string;
  readonly run: string;
  readonly record?: RecordPart;
  /** sha256, as `keepRecord` answered it. */
  readonly kept?: string;
  /** Whether something was changed, or found as wanted and held, so that there is a way back. */
  readonly changed: boolean;
}

/** What a run carried out, and the record that stands in the index before it. */
export interface CarriedOut extends Pick<RecordPart, 'plans' | 'receipts'> {
  readonly before?: string;
}

/** Reads a record of a case from the evidence store. Throws MalformedError, and UnprovedFileError where it is of another case. */
export async function readRecord(
  evidence: Pick<EvidenceStore, 'get'>,
  sha256: string,
  caseId: string,
): Promise<CaseRecord> {
  const record = parsed(
    caseRecordSchema,
    JSON.parse((await evidence.get(sha256)).toString('utf8')),
    `record ${sha256.slice(0, 12)} of ${caseId}`,
  );
  if (record.case !== caseId)
    throw new UnprovedFileError(
      `the record ${sha256} of what ${caseId} changed is of another case, ${record.case}: do not undo by it`,
    );
  return record;
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

  /** What this run says that it carried out: as the request has it, or as it was kept ahead. */
  async function carriedOut({ case: id, run, record, kept }: ClosingRecord): Promise<CarriedOut> {
    if (kept === undefined) return { plans: record?.plans ?? [], receipts: record?.receipts ?? [] };
    const parts: CaseRecord[] = [];
    let next: string | undefined = kept;
    while (next !== undefined) {
      const part: CaseRecord = await readRecord(evidence, next, id);
      if (part.run !== run) break;
      parts.unshift(part);
      next = part.earlier;
    }
    return {
      plans: parts.flatMap(({ plans }) => plans),
      receipts: parts.flatMap(({ receipts }) => receipts),
      ...(next !== undefined && { before: next }),
    };
  }

  /** Stores what this run changed; answers the newest record of the case, if it has one. An earlier run's is named in it. */
  async function newestRecord(
    { case: id, run, record, kept, changed }: ClosingRecord,
    { before: follows }: CarriedOut,
  ): Promise<string | undefined> {
    const before = await archiveIndex.read(id);
    // A second attempt finds its own entry: the record before it is named there already.
    if (before?.run === run && before.record !== undefined) return before.record;
    if (!changed) return before?.record;
    if (kept === undefined) return record === undefined ? before?.record : store(id, run, record, before?.record);
    if (follows !== before?.record)
      throw new UnprovedFileError(`the record ${kept} does not go on from what the index has of ${id}`);
    return kept;
  }

  return { keepRecord, carriedOut, newestRecord };
}
