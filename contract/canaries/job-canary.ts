import { type ExecutionsClient, type JobsClient, protos } from '@google-cloud/run';
import { canaryLabel, canaryName, type Maker, notAborted, sampleImage, untilDone } from './canary.ts';
import { shortName } from './service-canary.ts';

export type Job = protos.google.cloud.run.v2.IJob;

/** A job of the run's own. Its container waits for requests, so an execution runs until it is cancelled. */
export interface JobCanary {
  readonly name: string;
  readonly read: () => Promise<Job>;
  /** Begins an update; answers the operation's name. */
  readonly begin: (job: Job) => Promise<string>;
  readonly look: (operation: string) => Promise<protos.google.longrunning.IOperation>;
  /** An update of the whole job, to the end of its operation. */
  readonly change: (job: Job) => Promise<Job>;
  /** Starts an execution; answers the operation's name and the execution's full name. */
  readonly start: () => Promise<{ readonly operation: string; readonly execution: string }>;
  /** Cancels an execution, to the end of its operation. */
  readonly cancel: (execution: string) => Promise<void>;
  readonly restore: () => Promise<void>;
}

/** Makes the job. */
export async function makeJob(
  client: JobsClient,
  executions: ExecutionsClient,
  { pause, ...maker }: Maker,
): Promise<JobCanary> {
  const { project, location, run, serviceAccount } = maker;
  const place = `projects/${project}/locations/${location}`;
  const name = `${place}/jobs/${canaryName(maker)}`;
  const asMade: Job = {
    labels: { [canaryLabel]: run },
    template: {
      taskCount: 1,
      template: {
        containers: [{ image: sampleImage }],
        timeout: { seconds: 600 },
        maxRetries: 0,
        ...(serviceAccount !== undefined && { serviceAccount }),
      },
    },
  };
  const read = async (): Promise<Job> => (await client.getJob({ name }))[0];
  const look: JobCanary['look'] = async (operation) =>
    (await client.getOperation(protos.google.longrunning.GetOperationRequest.fromObject({ name: operation })))[0];
  const begin: JobCanary['begin'] = async (job) => {
    const [operation] = await client.updateJob({ job: { ...job, name } });
    return operation.name ?? '';
  };
  const change: JobCanary['change'] = async (job) => {
    const operation = await notAborted(() => begin(job), pause);
    await untilDone(() => look(operation), pause);
    return read();
  };
  const [created] = await client.createJob({ parent: place, jobId: canaryName(maker), job: asMade });
  await untilDone(() => look(created.name ?? ''), pause);
  return {
    name,
    read,
    begin,
    look,
    change,
    start: async () => {
      const [operation] = await client.runJob({ name });
      // The operation's metadata is the execution. Source: run/v2/job.proto, RunJob.
      const known = (operation.metadata as protos.google.cloud.run.v2.IExecution | null)?.name;
      const latest = (await read()).latestCreatedExecution?.name;
      return { operation: operation.name ?? '', execution: `${name}/executions/${shortName(known ?? latest)}` };
    },
    cancel: async (execution) => {
      const [operation] = await executions.cancelExecution({ name: execution });
      await untilDone(() => look(operation.name ?? ''), pause);
    },
    restore: async () => {
      await change(asMade);
    },
  };
}
