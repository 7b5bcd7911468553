import { status } from '@grpc/grpc-js';
import { parseFindings } from '../model/parse-finding.ts';
import type { ArchiveIndex } from '../runtime/archive-index.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { ObserveClients } from '../runtime/google-clients.ts';
import { canonicalJson } from '../model/digest.ts';
import type { CaseState } from '../model/case.ts';
import type { Mode } from '../model/plan.ts';
import type { ParsedFinding } from '../model/finding.ts';
import type { LiveFinding, RelatedFindings } from '../model/investigation.ts';
import type { RelatedRequest } from '../model/requests.ts';
import { caseRecords, type ClosingRecord } from './case-records.ts';
import { googleFailure, grpcCode } from './google-errors.ts';
import { reasonHeader, requestReason } from './request-reason.ts';
import type { TokenBucket } from './token-bucket.ts';
import type { WatchInput } from '../model/watch-input.ts';
import { startWatch } from './start-watch.ts';
import { candidateReader, relate, relatedFilter } from './related-findings.ts';

export interface SecurityCommandCenterDependencies {
  readonly findings: ObserveClients['findings'];
  readonly evidence: EvidenceStore;
  readonly archiveIndex: ArchiveIndex;
  /** Reads: 1,000 a minute a project. */
  readonly bucket: TokenBucket;
}

/** What is written back when a case closes; with what was changed, for the way back. */
export interface ClosingRequest extends ClosingRecord {
  readonly name: string;
  readonly state: CaseState;
  /** Ids of the decisions that brought it there; empty where nobody decided. */
  readonly decisions: readonly string[];
  readonly fingerprint: string;
  /** The newest eventTime that the case has seen, in case SCC has no such finding. */
  readonly eventTime: string;
  /** False where SCC has no such finding: then nothing is marked. */
  readonly confirmed: boolean;
  /** What to watch from now on; absent where nothing is. */
  readonly watch?: WatchInput;
  /** In a dry run nothing is written to SCC, neither: its users would take a mark for a fact. */
  readonly mode: Mode;
}

/** So many findings around one are looked at, the newest. */
const mostNear = 200;

/** Calls have 10 s, and are retried by Temporal alone. */
const callOptions = { timeout: 10_000, retry: null, autoPaginate: false } as const;

/** SCC: reads findings, and marks the one that a case is about. Quota: 1,000 reads and 1,000 writes a minute a project. */
export function securityCommandCenterActivities({
  findings,
  evidence,
  archiveIndex,
  bucket,
}: SecurityCommandCenterDependencies) {
  const candidates = candidateReader();
  const { keepRecord, newestRecord } = caseRecords(evidence, archiveIndex);

  async function readByName(name: string): Promise<ParsedFinding | undefined> {
    await bucket.take('reads', name);
    const parent = name.slice(0, name.indexOf('/findings/'));
    const [results] = await findings.listFindings({ parent, filter: `name="${name}"`, pageSize: 1 }, callOptions);
    const [parsed] = parseFindings({ listFindingsResults: results });
    return parsed;
  }

  /** Fetches the finding live from SCC by its name. Answers null where SCC has none; throws where it does not answer. */
  async function fetchFinding(request: { readonly name: string }): Promise<LiveFinding | null> {
    try {
      const parsed = await readByName(request.name);
      if (parsed === undefined) return null;
      const reference = await evidence.put('finding', 'application/json', canonicalJson(parsed.document));
      const readAt = new Date().toISOString();
      return { finding: parsed.finding, fingerprint: parsed.fingerprint, evidence: reference, readAt };
    } catch (error) {
      if (grpcCode(error) === status.NOT_FOUND) return null;
      throw googleFailure('SCC, fetch the finding', error);
    }
  }

  /** Finds findings near this one: on the same resource, and in the same project with the same image or remote address. */
  async function findRelatedFindings(request: RelatedRequest): Promise<RelatedFindings> {
    try {
      await bucket.take('reads', `near ${request.name}`);
      const parent = request.name.replace(/\/sources\/.*$/, '/sources/-');
      const [results, , answer] = await findings.listFindings(
        { parent, filter: relatedFilter(request), orderBy: 'event_time desc', pageSize: mostNear },
        callOptions,
      );
      const { findings: readable, unreadable } = candidates(results);
      const near = relate(readable, request);
      const reference = await evidence.put('related', 'application/json', canonicalJson(near));
      return {
        findings: near.slice(0, 20),
        more: Math.max(0, near.length - 20),
        unread: unreadText(unreadable, answer?.nextPageToken ?? ''),
        from: request.from,
        to: request.to,
        evidence: reference,
      };
    } catch (error) {
      throw googleFailure('SCC, find related findings', error);
    }
  }

  /**
   * Marks the finding with the case and its state, reads its eventTime back, and notes both in the archive index: what arrives with this
   * eventTime or an older one is our own echo or a redelivery.
   */
  async function recordClosing(request: ClosingRequest): Promise<{ readonly watermark: string }> {
    try {
      if (request.confirmed && request.mode !== 'dry-run') await mark(request);
      const live = request.confirmed ? await readByName(request.name) : undefined;
      const watermark = live?.finding.eventTime ?? request.eventTime;
      const { case: id, run, state, fingerprint } = request;
      const record = await newestRecord(request);
      const closedAt = new Date().toISOString();
      await archiveIndex.write({ case: id, run, state, watermark, fingerprint, closedAt, ...(record && { record }) });
      if (request.watch !== undefined) await startWatch(request.watch, request.case);
      return { watermark };
    } catch (error) {
      throw googleFailure('SCC, mark the finding', error);
    }
  }

  async function mark({ name, case: id, state, decisions }: ClosingRequest): Promise<void> {
    await findings.updateSecurityMarks(
      {
        securityMarks: { name: `${name}/securityMarks`, marks: { 'firebreak-case': id, 'firebreak-state': state } },
        updateMask: { paths: ['marks.firebreak-case', 'marks.firebreak-state'] },
      },
      { timeout: callOptions.timeout, retry: null, ...reasonHeader(requestReason(id, decisions)) },
    );
  }

  return { fetchFinding, findRelatedFindings, keepRecord, recordClosing };
}

/** What of the findings around one was not looked at; empty where all were. */
function unreadText(unreadable: readonly string[], nextPage: string): string {
  const [first] = unreadable;
  return [
    ...(first === undefined ? [] : [`${unreadable.length} of them cannot be read: ${first.slice(0, 200)}`]),
    ...(nextPage === '' ? [] : [`there are more than the newest ${mostNear}`]),
  ].join('; ');
}
