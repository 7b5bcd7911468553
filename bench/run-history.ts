import type { Client } from '@temporalio/client';

/** One event of a run: when the server wrote it (milliseconds since the epoch), and its kind. */
export interface RunEvent {
  readonly at: number;
  readonly kind: 'task-scheduled' | 'task-completed' | 'upserted' | 'other';
}

/** The events of a workflow's newest run, oldest first. */
export async function eventsOf(client: Client, workflowId: string): Promise<RunEvent[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).map((event) => ({ at: milliseconds(event.eventTime), kind: kindOf(event) }));
}

type RawEvent = NonNullable<
  NonNullable<Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>['events']>[number]
>;

function kindOf(event: RawEvent): RunEvent['kind'] {
  if (event.workflowTaskScheduledEventAttributes) return 'task-scheduled';
  if (event.workflowTaskCompletedEventAttributes) return 'task-completed';
  return event.upsertWorkflowSearchAttributesEventAttributes ? 'upserted' : 'other';
}

function milliseconds(time: RawEvent['eventTime']): number {
  return Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
}

/** When the case was proposed: its first upsert of search attributes is the one that says so. Undefined where it was not yet. */
export function proposedAt(events: readonly RunEvent[]): number | undefined {
  return events.find(({ kind }) => kind === 'upserted')?.at;
}

/** Durations of the workflow tasks, from scheduled to completed, milliseconds. */
export function workflowTasks(events: readonly RunEvent[]): number[] {
  const durations: number[] = [];
  let scheduled: number | undefined;
  for (const { at, kind } of events) {
    if (kind === 'task-scheduled') scheduled = at;
    if (kind === 'task-completed' && scheduled !== undefined) durations.push(at - scheduled);
  }
  return durations;
}
