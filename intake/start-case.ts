import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { canonicalJson } from '../model/digest.ts';
import type { ParsedFinding } from '../model/finding.ts';
import { requestIdOf } from '../model/request-id.ts';
import type { ArchiveEntry } from '../model/archive-entry.ts';
import type { ArchiveIndex, IntakeFiles } from '../runtime/archive-index.ts';
import { codeOf, FirebreakError } from '../runtime/errors.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import { withCallDeadline } from './call-deadline.ts';
import {
  type CaseSettings,
  type Earlier,
  type Notification,
  reopenRequest,
  signalWithStartRequest,
} from './case-requests.ts';
import { describeCase, readCompletedRun } from './current-run.ts';
import { noteActive, noteInactive } from './rest-notes.ts';
import { isUpTo } from './instants.ts';
import { judgeClosed } from './judge-closed.ts';
import { rememberOpened } from './opened-cases.ts';

/**
 * What happened to a notification. `started`: a new case, also after a crash. `signalled`: the case runs and has it. `archived`: closed
 * long ago, known from the index. `echo`: closed, and this is a redelivery, our own mark, or not an active finding. `unchanged`: closed,
 * newer, but says what the closed run saw. `reopened`: a new run that names the closed one.
 */
export type DeliveryOutcome = 'started' | 'signalled' | 'archived' | 'echo' | 'unchanged' | 'reopened';

/** What happened to a notification, and the run that it is about. */
export interface Delivery {
  readonly outcome: DeliveryOutcome;
  readonly caseId: string;
  readonly run: string;
}

/** What a delivery needs. */
export interface DeliveryTools extends CaseSettings, IntakeFiles {
  readonly client: Client;
  readonly evidence: EvidenceStore;
  readonly archive: ArchiveIndex;
}

/** The case opened and closed so often while a notification was being delivered that it has not been taken; delivering again is right. */
export class DeliveryUnsettledError extends FirebreakError {
  constructor(caseId: string, attempts: number) {
    super(
      `case ${caseId} kept opening and closing: the notification was not taken in ${attempts} attempts. It will be delivered again.`,
    );
  }
}

/** Each attempt after the first means that the case changed in between; a case cannot do that often. */
const attemptLimit = 8;

/**
 * Makes a finding's notification a durable case: steps 1 (evidence) to 6 of the exact rule in design.md. When it answers, the message may
 * be acknowledged. Throws DeliveryUnsettledError, Temporal's errors, and those of the folders: then the message must stay.
 */
export async function deliver(parsed: ParsedFinding, tools: DeliveryTools): Promise<Delivery> {
  const notification = await observe(parsed, tools);
  const { finding, observation, requestId } = notification;
  const done = (outcome: DeliveryOutcome, run: string): Delivery => ({ outcome, caseId: finding.caseId, run });

  const archived = await tools.archive.read(finding.caseId);
  if (archived !== undefined && isKnown(archived, observation.eventTime, requestId)) {
    await noteInactive(tools.rests, finding.caseId, observation, archived);
    return done('archived', archived.run);
  }
  for (let attempt = 1; attempt <= attemptLimit; attempt += 1) {
    const taken = await signalOrStart(notification, tools, archived && (await newestOf(tools.client, archived)));
    if (taken !== undefined) {
      await rememberOpened(tools, notification, taken.run, taken.outcome === 'started');
      return done(taken.outcome, taken.run);
    }

    const completed = await readCompletedRun(tools.client, finding.caseId);
    if (completed !== undefined) {
      // A run of ours has its entry before it completes.
      const entry = await tools.archive.read(finding.caseId);
      const closed = entry?.run === completed ? entry : undefined;
      const note = await noteInactive(tools.rests, finding.caseId, observation, closed ?? { run: completed });
      const judgement = judgeClosed(observation, requestId, closed, note);
      if (judgement === 'unchanged') await noteActive(tools.rests, finding.caseId, observation, completed);
      if (judgement !== 'reopen') return done(judgement, completed);
      const run = await reopen(notification, tools, closed === undefined ? { run: completed } : earlier(closed));
      if (run !== undefined) {
        await rememberOpened(tools, notification, run, true);
        return done('reopened', run);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 25 * attempt));
  }
  throw new DeliveryUnsettledError(finding.caseId, attemptLimit);
}

/** Step 2: what the closed run knows already, by what SCC said to it, else by the messages that it was about. */
function isKnown({ watermark, seen }: ArchiveEntry, eventTime: string, requestId: string): boolean {
  return watermark === undefined ? seen?.includes(requestId) === true : isUpTo(eventTime, watermark);
}

/** The run that a new one follows. What is signed of an earlier one says nothing of a later one, whose end nobody signed. */
async function newestOf(client: Client, archived: ArchiveEntry): Promise<Earlier> {
  const run = (await describeCase(client, archived.case))?.execution?.runId ?? archived.run;
  return run === archived.run ? earlier(archived) : { run };
}

function earlier({ run, state, watermark, fingerprint }: ArchiveEntry): Earlier {
  return { run, before: { state, ...(watermark !== undefined && { watermark }), fingerprint } };
}

async function observe(
  { finding, document, fingerprint, originalSha256 }: ParsedFinding,
  { evidence }: DeliveryTools,
): Promise<Notification> {
  const reference = await evidence.put('finding', 'application/json', canonicalJson(document));
  const { name, eventTime, state, mute } = finding;
  const observation = {
    name,
    eventTime,
    state,
    mute,
    fingerprint,
    document: reference,
    ...(originalSha256 !== undefined && { originalSha256 }),
  };
  return { finding, observation, requestId: requestIdOf(finding.caseId, observation) };
}

/** Step 3. Undefined where the newest run is closed. */
async function signalOrStart(notification: Notification, tools: DeliveryTools, closed: Earlier | undefined) {
  const { client } = tools;
  const request = await signalWithStartRequest(client, notification, tools, closed);
  const answer = await unlessAlreadyExists(() =>
    withCallDeadline(client, () => client.workflowService.signalWithStartWorkflowExecution(request)),
  );
  return answer && { outcome: answer.started ? ('started' as const) : ('signalled' as const), run: answer.runId };
}

/** Step 6. Undefined where someone else was faster. */
async function reopen(notification: Notification, tools: DeliveryTools, closed: Earlier): Promise<string | undefined> {
  const { client } = tools;
  const request = await reopenRequest(client, notification, tools, closed);
  const answer = await unlessAlreadyExists(() =>
    withCallDeadline(client, () => client.workflowService.startWorkflowExecution(request)),
  );
  return answer?.runId;
}

async function unlessAlreadyExists<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (codeOf(error) === status.ALREADY_EXISTS) return undefined;
    throw error;
  }
}
