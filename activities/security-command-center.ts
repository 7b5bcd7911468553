import type { ArchiveIndex } from '../runtime/archive-index.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import { canonicalJson } from '../model/digest.ts';
import type { CaseState } from '../model/case.ts';
import type { Mode } from '../model/plan.ts';
import type { FindingIdentity } from '../model/finding-name.ts';
import type { LiveFinding, RelatedFindings } from '../model/investigation.ts';
import type { RelatedRequest } from '../model/requests.ts';
import { caseRecords, type ClosingRecord } from './case-records.ts';
import { callOptions, type FindingReaderDependencies, findingReader, parentsFor } from './find-by-identity.ts';
import { googleFailure } from './google-errors.ts';
import { reasonHeader, requestReason } from './request-reason.ts';
import type { WatchInput } from '../model/watch-input.ts';
import { startWatch } from './start-watch.ts';
import { candidateReader, relate, relatedFilter } from './related-findings.ts';

export interface SecurityCommandCenterDependencies extends FindingReaderDependencies {
  readonly evidence: EvidenceStore;
  readonly archiveIndex: ArchiveIndex;
}

/** What is written back when a case closes; with what was changed, for the way back. */
export interface ClosingRequest extends ClosingRecord {
  readonly finding: FindingIdentity;
  readonly state: CaseState;
  /** Ids of the decisions that brought it there; empty where nobody decided. */
  readonly decisions: readonly string[];
  readonly fingerprint: string;
  /** The eventTime that SCC last told the case; absent where SCC has no such finding: then nothing is marked. */
  readonly eventTime?: string;
  /** Request ids of the messages that the case was about, where SCC has no such finding. */
  readonly seen?: readonly string[];
  /** What to watch from now on; absent where nothing is. */
  readonly watch?: WatchInput;
  /** In a dry run nothing is written to SCC, neither: its users would take a mark for a fact. */
  readonly mode: Mode;
}

/** So many findings around one are looked at, the newest. */
const mostNear = 200;

/** SCC: reads findings, and marks the one that a case is about. Quota: 1,000 reads and 1,000 writes a minute a project. */
export function securityCommandCenterActivities({
  findings,
  evidence,
  archiveIndex,
  bucket,
  parents,
}: SecurityCommandCenterDependencies) {
  const candidates = candidateReader();
  const { keepRecord, newestRecord } = caseRecords(evidence, archiveIndex);

  const readFinding = findingReader({ findings, bucket, parents });

  /** Fetches the finding live from SCC. Answers null where SCC has none of that identity; throws where it does not answer. */
  async function fetchFinding(request: FindingIdentity): Promise<LiveFinding | null> {
    try {
      const parsed = await readFinding(request);
      if (parsed === undefined) return null;
      const reference = await evidence.put('finding', 'application/json', canonicalJson(parsed.document));
      const readAt = new Date().toISOString();
      return { finding: parsed.finding, fingerprint: parsed.fingerprint, evidence: reference, readAt };
    } catch (error) {
      throw googleFailure('SCC, fetch the finding', error);
    }
  }

  /** Finds findings near this one: on the same resource, and in the same project with the same image or remote address. */
  async function findRelatedFindings(request: RelatedRequest): Promise<RelatedFindings> {
    try {
      const results = [];
      let nextPage = '';
      const owners = parentsFor(request, parents);
      for (const owner of owners) {
        await bucket.take('reads', `near ${request.name}`);
        const [listed, , answer] = await findings.listFindings(
          {
            parent: `${owner}/sources/-`,
            filter: relatedFilter(request),
            orderBy: 'event_time desc',
            pageSize: mostNear,
          },
          callOptions,
        );
        results.push(...listed);
        nextPage ||= answer?.nextPageToken ?? '';
      }
      const { findings: readable, unreadable } = candidates(results);
      const near = relate(readable, request);
      const reference = await evidence.put('related', 'application/json', canonicalJson(near));
      return {
        findings: near.slice(0, 20),
        more: Math.max(0, near.length - 20),
        unread:
          owners.length === 0
            ? 'all of them: it is of none of FIREBREAK_SCC_PARENTS'
            : unreadText(unreadable, nextPage),
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
  async function recordClosing(request: ClosingRequest): Promise<{ readonly watermark?: string }> {
    try {
      const { case: id, run, state, fingerprint, eventTime, seen } = request;
      if (eventTime !== undefined && request.mode !== 'dry-run') await mark(request);
      const live = eventTime === undefined ? undefined : await readFinding(request.finding);
      const told = live?.finding.eventTime ?? eventTime;
      const known = { ...(told !== undefined && { watermark: told }), ...(seen !== undefined && { seen: [...seen] }) };
      const record = await newestRecord(request);
      const closedAt = new Date().toISOString();
      await archiveIndex.write({ case: id, run, state, ...known, fingerprint, closedAt, ...(record && { record }) });
      if (request.watch !== undefined) await startWatch(request.watch, request.case);
      return told === undefined ? {} : { watermark: told };
    } catch (error) {
      throw googleFailure('SCC, mark the finding', error);
    }
  }

  async function mark({ finding: { name }, case: id, state, decisions }: ClosingRequest): Promise<void> {
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
