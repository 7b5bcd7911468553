import { ActivityFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';

/** What a foreign workflow under a case's id asks of observe. */
export interface Asked {
  readonly taskQueue: string;
  readonly requests: readonly Readonly<Record<string, unknown>>[];
}

type Recorder = Record<
  'recordClosing' | 'recordAsBefore',
  (request: Readonly<Record<string, unknown>>) => Promise<unknown>
>;

/** Asks observe to record ends, as anybody can who reaches Temporal; answers what it was told. Its own run is put into each. */
export async function respondToFinding({ taskQueue, requests }: Asked): Promise<string[]> {
  const { recordClosing, recordAsBefore } = proxyActivities<Recorder>({
    taskQueue,
    scheduleToCloseTimeout: '60 seconds',
  });
  const { workflowId, runId } = workflowInfo();
  const told: string[] = [];
  for (const request of requests) {
    try {
      const { asBefore, ...asked } = request;
      const record = asBefore === true ? recordAsBefore : recordClosing;
      await record({ case: workflowId, run: runId, ...asked });
      told.push('recorded');
    } catch (error) {
      told.push(error instanceof ActivityFailure ? (error.cause?.message ?? '') : String(error));
    }
  }
  return told;
}
