import { WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { CaseInput, Observation } from '../../model/case.ts';
import type { Bench } from './bench.ts';
import type { Ending } from './stand-in-case.ts';

/** Ends the newest run of a case, as a case would end: observe signs the end first. */
export async function closeCase({ client, index }: Bench, caseId: string, ending: Ending): Promise<void> {
  const handle = client.workflow.getHandle(caseId);
  const { state, watermark, seen, fingerprint = '' } = ending;
  await index.write({
    type: 'firebreak.index.v1',
    case: caseId,
    run: (await handle.describe()).runId,
    state,
    mode: 'live',
    ...(watermark !== undefined && { watermark }),
    ...(seen !== undefined && { seen: [...seen] }),
    fingerprint,
    closedAt: new Date().toISOString(),
  });
  await endCase({ client }, caseId, ending);
}

/** Ends it as anybody can who works on its queue: without a word of observe's. */
export async function endCase({ client }: Pick<Bench, 'client'>, caseId: string, ending: Ending): Promise<void> {
  const handle = client.workflow.getHandle(caseId);
  await handle.signal<[Ending]>('end', ending);
  await handle.result();
}

async function eventsOf({ client }: Bench, caseId: string, run: string) {
  const { events } = await client.workflow.getHandle(caseId, run).fetchHistory();
  return events ?? [];
}

/** What a run was started with. */
export async function caseInput(bench: Bench, caseId: string, run: string): Promise<CaseInput> {
  const [started] = await eventsOf(bench, caseId, run);
  const [input] = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  if (!input) throw new Error(`run ${run} of ${caseId} was started without input`);
  return defaultPayloadConverter.fromPayload<CaseInput>(input);
}

/** The eventTimes of the signals `observed` that a run got. */
export async function signalsOf(bench: Bench, caseId: string, run: string): Promise<string[]> {
  const signals = (await eventsOf(bench, caseId, run)).map((event) => event.workflowExecutionSignaledEventAttributes);
  return signals.flatMap((signal) => {
    const [payload] = signal?.input?.payloads ?? [];
    return signal?.signalName === 'observed' && payload
      ? [defaultPayloadConverter.fromPayload<Observation>(payload).eventTime]
      : [];
  });
}

/** The newest run of a case; undefined where Temporal knows none. */
export async function newestRun({ client }: Bench, caseId: string): Promise<string | undefined> {
  try {
    return (await client.workflow.getHandle(caseId).describe()).runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
