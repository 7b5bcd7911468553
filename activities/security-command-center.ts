import type { ArchiveEntry, openedCases } from '../runtime/archive-index.ts';
import { messageOf } from '../runtime/errors.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { OwnFiles } from '../runtime/signed-files.ts';
import { canonicalJson } from '../model/digest.ts';
import type { ClosingAnswer, finalStateNames } from '../model/case.ts';
import type { SignedDecision } from '../model/decision.ts';
import type { SignedObservation } from '../model/observation.ts';
import type { Mode } from '../model/plan.ts';
import { type FindingIdentity, parseFindingName } from '../model/finding-name.ts';
import type { LiveFinding, RelatedFindings } from '../model/investigation.ts';
import type { RelatedRequest } from '../model/requests.ts';
import { caseRecords, type ClosingRecord } from './case-records.ts';
import { type AsBeforeRequest, whyNotAsBefore } from './closing/as-before.ts';
import { closingProof, type ClosingProofDependencies, isUnproved, notProved } from './closing/closing-proof.ts';
import { showCase } from './closing/show-case.ts';
import { contained } from './containment/memory.ts';
import { callOptions, type FindingReaderDependencies, findingReader, parentsFor } from './find-by-identity.ts';
import { googleFailure } from './google-errors.ts';
import { reasonHeader, requestReason } from './request-reason.ts';
import type { WatchInput } from '../model/watch-input.ts';
import type { SeesServing, ServingRequest } from './serving.ts';
import { startWatch } from './start-watch.ts';
import { candidateReader, relate, relatedFilter } from './related-findings.ts';
import { refuseFuture } from './window.ts';

export interface SecurityCommandCenterDependencies extends FindingReaderDependencies, ClosingProofDependencies {
  readonly evidence: EvidenceStore;
  readonly archiveIndex: OwnFiles<ArchiveEntry>;
  readonly seesServing: SeesServing;
  /** What intake remembers of the cases that it opened. */
  readonly opened: ReturnType<typeof openedCases>;
  /** Where people find a case: a URL with `{case}` for its id. */
  readonly caseUrl?: string | undefined;
}

/** What is written back when a case closes, with what proves it and what was changed, for the way back. */
export interface ClosingRequest extends ClosingRecord {
  readonly finding: FindingIdentity;
  readonly state: (typeof finalStateNames)[number];
  /** The decisions that brought it there, as they were signed; empty where nobody decided. */
  readonly decisions: readonly SignedDecision[];
  /** Observe's own word that what was changed is quiet. */
  readonly quiet?: SignedObservation;
  readonly fingerprint: string;
  /** The eventTime that SCC last told the case; absent where SCC has no such finding: then nothing is marked. */
  readonly eventTime?: string;
  /** Request ids of the messages that the case was about, where SCC has no such finding. */
  readonly seen?: readonly string[];
  /** What to watch from now on; absent where nothing is. */
  readonly watch?: WatchInput;
  /** What was given instances back, to look whether it serves; absent where nothing was. */
  readonly toServe?: ServingRequest;
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
  trust,
  expiry,
  opened,
  caseUrl,
  seesServing,
}: SecurityCommandCenterDependencies) {
  const candidates = candidateReader();
  const { keepRecord, carriedOut, newestRecord } = caseRecords(evidence, archiveIndex);
  const proveClosing = closingProof({ trust, expiry });

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
    refuseFuture('findings', request.from);
    try {
      const results = [];
      let nextPage = '';
      const owners = parentsFor(request, parents);
      const location = parseFindingName(request.canonicalName)?.location ?? 'global';
      for (const owner of owners) {
        await bucket.take('reads', `near ${request.name}`);
        const [listed, , answer] = await findings.listFindings(
          {
            // SCC keeps the findings of each location apart, and answers those of one.
            parent: `${owner}/sources/-/locations/${location}`,
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
   * Looks whether the state is proved; marks the finding with the case and its state, reads its eventTime back, and signs both into the archive
   * index: what arrives with this eventTime or an older one is our own echo or a redelivery. What is not proved is neither marked nor written. Before that
   * it looks whether what was given back serves: it asks to be started again while there is patience for that.
   */
  async function recordClosing(request: ClosingRequest): Promise<ClosingAnswer> {
    const { case: id, run, state, fingerprint, eventTime, seen, finding, toServe } = request;
    const serving = toServe && (await seesServing(toServe));
    try {
      const carried = await carriedOut(request);
      const { mode, decisions } = await proveClosing(
        request,
        carried,
        async () => (await readFinding(finding))?.finding,
      );
      const notShown = eventTime !== undefined && mode !== 'dry-run' ? await mark(request, decisions) : undefined;
      const live = eventTime === undefined ? undefined : await readFinding(finding);
      if (live !== undefined && live.finding.caseId !== contained(id))
        throw notProved(request, 'it names another finding');
      // Only what SCC says live moves it: a message says of its own time what it likes.
      const watermark = live?.finding.eventTime;
      const record = await newestRecord(request, carried);
      await archiveIndex.write({
        type: 'firebreak.index.v1',
        case: id,
        run,
        state,
        mode,
        ...(watermark !== undefined && { watermark }),
        ...(watermark === undefined && seen !== undefined && { seen: [...seen] }),
        fingerprint,
        closedAt: new Date().toISOString(),
        ...(record !== undefined && { record }),
      });
      if (request.watch !== undefined) await startWatch(request.watch, id);
      return {
        ...(watermark !== undefined && { watermark }),
        ...(notShown !== undefined && { notShown }),
        ...(serving !== undefined && { serving }),
      };
    } catch (error) {
      if (isUnproved(error)) throw notProved(request, messageOf(error));
      throw googleFailure('SCC, mark the finding', error);
    }
  }

  /** Signs for a run that a message opened and that brought nothing new what is signed for the one before it. */
  async function recordAsBefore(request: AsBeforeRequest): Promise<void> {
    try {
      const entry = await archiveIndex.read(request.case);
      const why = await whyNotAsBefore(request, entry, await opened.read(request.case), readFinding);
      if (why !== null || entry === undefined) throw notProved(request, why ?? 'no end before it is signed');
      await archiveIndex.write({ ...entry, run: request.run, closedAt: new Date().toISOString() });
    } catch (error) {
      if (isUnproved(error)) throw notProved(request, messageOf(error));
      throw googleFailure('SCC, read the finding', error);
    }
  }

  /** Both before eventTime is read back: whatever of it SCC takes for news is then known as our own. */
  async function mark(request: ClosingRequest, decisions: readonly string[]): Promise<string | undefined> {
    const {
      finding: { name },
      case: id,
      state,
    } = request;
    const options = { timeout: callOptions.timeout, retry: null, ...reasonHeader(requestReason(id, decisions)) };
    await findings.updateSecurityMarks(
      {
        securityMarks: { name: `${name}/securityMarks`, marks: { 'firebreak-case': id, 'firebreak-state': state } },
        updateMask: { paths: ['marks.firebreak-case', 'marks.firebreak-state'] },
      },
      options,
    );
    return showCase(findings, { name, case: id, state, caseUrl }, options);
  }

  return { fetchFinding, findRelatedFindings, keepRecord, recordAsBefore, recordClosing };
}

/** What of the findings around one was not looked at; empty where all were. */
function unreadText(unreadable: readonly string[], nextPage: string): string {
  const [first] = unreadable;
  return [
    ...(first === undefined ? [] : [`${unreadable.length} of them cannot be read: ${first.slice(0, 200)}`]),
    ...(nextPage === '' ? [] : [`there are more than the newest ${mostNear}`]),
  ].join('; ');
}
