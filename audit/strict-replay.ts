import type { coresdk } from '@temporalio/proto';
import { type InjectedSinks, ReplayError, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { type RecordedActivation, type RecorderSinks, recordingSwitch } from '../workflows/recorder/record-commands.ts';
import type { WorkflowBundle } from '../worker/bundle.ts';
import { compareFacts } from './compare-facts.ts';
import { historyFacts } from './history-facts.ts';
import { historyFlaws } from './history-flaws.ts';
import { processedPart } from './processed-part.ts';
import { type Event, readHistory } from './read-history.ts';
import { recordedFacts } from './recorded-facts.ts';
import { absent, type ReplayDifference, type ReplayVerdict } from './replay-verdict.ts';

/** A replay that takes longer than this never ends; milliseconds. A case takes a tenth of a second. */
const timeLimit = 60_000;
const mostMessage = 300;

/**
 * Replays a run with the code of a bundle and compares the content of every command with the history: types, arguments and queues of
 * activities, types of local activities (their markers hold no arguments), durations of timers, outcomes of updates, search attributes,
 * memo, and the end. Stock replay looks at kind, order, count and type names only. Needs no server.
 *
 * It does not prove rejected updates, timeouts and retry policies of activities, what activities did, nor that the outside world was as the
 * history says; and a history that was forged consistently everywhere passes.
 * @param history a history as JSON, parsed; throws TypeError where it is none
 * @param bundle its recorder has to be in it, as `workflowBundle` builds it
 */
export async function replayCase(history: unknown, workflowId: string, bundle: WorkflowBundle): Promise<ReplayVerdict> {
  const all = readHistory(history);
  const started = all[0]?.workflowExecutionStartedEventAttributes;
  if (!started) throw new TypeError('not a history: it does not begin with the start of a workflow');
  const flaws = historyFlaws(all, workflowId).map(({ event, what }) => noted(event, what));
  const events = flaws.length > 0 ? [] : processedPart(all);
  const { commands, broken } =
    events.length > 0 ? await replay(events, workflowId, started.taskQueue?.name ?? '', bundle.code) : nothingReplayed;
  const recorded = recordedFacts(commands);
  const inHistory = historyFacts(events);
  const closed = all.some(isEnd);
  const differences = [
    ...flaws,
    ...broken,
    ...[...recorded.unknown].map((kind) => noted(null, `the code asks for ${kind}, which this version cannot compare`)),
    ...compareFacts(recorded, inHistory, { whole: broken.length === 0, closed }),
  ];
  return {
    case: workflowId,
    run: started.originalExecutionRunId ?? '',
    ok: differences.length === 0,
    closed,
    events: events.length,
    commands: inHistory.byKey.size,
    builds: { ran: buildsOf(all), replayed: bundle.buildId },
    differences,
  };
}

/** The builds that workflow tasks of the run were completed by, in order, each once. */
function buildsOf(events: readonly Event[]): string[] {
  const builds = events.map((event) => event.workflowTaskCompletedEventAttributes?.workerVersion?.buildId ?? '');
  return [...new Set(builds)].filter((build) => build !== '');
}

/** A finding that is no matter of two values. */
function noted(event: number | null, what: string): ReplayDifference {
  return { event, what, recorded: absent, history: absent };
}

/** What the SDK's core says, without the layers of messages around it, and the event that it names. */
function stopped(message: string): ReplayDifference {
  const [, quoted] = /\bmessage: "((?:[^"\\]|\\.)*)"/.exec(message) ?? [];
  const inner = quoted === undefined ? message : quoted.replace(/\\(.)/g, '$1');
  const [, event] = /(?:HistoryEvent\(id: |event_id: )(\d+)/.exec(inner) ?? [];
  return noted(
    event === undefined ? null : Number(event),
    `the replay stops: ${inner.length > mostMessage ? `${inner.slice(0, mostMessage)}…` : inner}`,
  );
}

interface Replayed {
  readonly commands: readonly coresdk.workflow_commands.IWorkflowCommand[];
  /** Why the replay or its recording is not whole. */
  readonly broken: readonly ReplayDifference[];
}

const nothingReplayed: Replayed = { commands: [], broken: [] };

async function replay(events: Event[], workflowId: string, taskQueue: string, code: string): Promise<Replayed> {
  const activations: RecordedActivation[] = [];
  const sinks: InjectedSinks<RecorderSinks> = {
    firebreakRecorder: {
      activation: { fn: (_info, recorded) => void activations.push(recorded), callDuringReplay: true },
    },
  };
  const options = {
    workflowBundle: { code: switchedOn(code) },
    sinks,
    // The code names the queues of other roles after its own.
    taskQueue,
  };
  const broken: ReplayDifference[] = [];
  try {
    if (!(await endsInTime(Worker.runReplayHistory(options, { events }, workflowId)))) {
      broken.push(noted(null, `the replay does not end within ${timeLimit / 1000} s`));
    } else if (activations.length === 0) broken.push(noted(null, 'the bundle has no recorder in it'));
  } catch (error) {
    if (!(error instanceof DeterminismViolationError || error instanceof ReplayError)) throw error;
    broken.push(stopped(error.message));
  }
  if (activations.some(({ index }, place) => index !== place)) {
    broken.push(noted(null, 'the recording has gaps, so nothing can be told; replay again'));
  }
  return { commands: activations.flatMap(({ commands }) => commands), broken };
}

async function endsInTime(replayed: Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, timeLimit, false);
  try {
    return await Promise.race([replayed.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The code with the recorder switched on, in front of the source map that the SDK wants at the end. */
function switchedOn(code: string): string {
  const map = code.lastIndexOf('//# sourceMappingURL=');
  return `${code.slice(0, map)}globalThis.${recordingSwitch} = true;\n${code.slice(map)}`;
}

function isEnd(event: Event): boolean {
  return Boolean(
    event.workflowExecutionCompletedEventAttributes ??
    event.workflowExecutionFailedEventAttributes ??
    event.workflowExecutionCanceledEventAttributes ??
    event.workflowExecutionContinuedAsNewEventAttributes ??
    event.workflowExecutionTerminatedEventAttributes ??
    event.workflowExecutionTimedOutEventAttributes,
  );
}
