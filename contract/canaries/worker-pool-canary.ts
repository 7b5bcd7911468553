import { protos, type WorkerPoolsClient } from '@google-cloud/run';
import { canaryLabel, canaryName, type Maker, notAborted, untilDone } from './canary.ts';

export type WorkerPool = protos.google.cloud.run.v2.IWorkerPool;

/** Google's sample for worker pools: it does nothing. */
const poolImage = 'us-docker.pkg.dev/cloudrun/container/worker-pool';

/** A worker pool of the run's own, of one instance. */
export interface WorkerPoolCanary {
  readonly name: string;
  readonly read: () => Promise<WorkerPool>;
  readonly begin: (change: WorkerPool, paths: readonly string[]) => Promise<string>;
  readonly change: (change: WorkerPool, paths: readonly string[]) => Promise<WorkerPool>;
  readonly restore: () => Promise<void>;
}

/** Makes the worker pool. */
export async function makeWorkerPool(client: WorkerPoolsClient, { pause, ...maker }: Maker): Promise<WorkerPoolCanary> {
  const { project, location, run, serviceAccount } = maker;
  const place = `projects/${project}/locations/${location}`;
  const name = `${place}/workerPools/${canaryName(maker)}`;
  const asMade: WorkerPool = {
    labels: { [canaryLabel]: run },
    scaling: { manualInstanceCount: 1 },
    instanceSplits: [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST', percent: 100 }],
  };
  const read = async (): Promise<WorkerPool> => (await client.getWorkerPool({ name }))[0];
  const done = (operation: string) =>
    untilDone(
      async () =>
        (await client.getOperation(protos.google.longrunning.GetOperationRequest.fromObject({ name: operation })))[0],
      pause,
    );
  const begin: WorkerPoolCanary['begin'] = async (change, paths) => {
    const [operation] = await client.updateWorkerPool({
      workerPool: { ...change, name },
      updateMask: { paths: [...paths] },
    });
    return operation.name ?? '';
  };
  const change: WorkerPoolCanary['change'] = async (wanted, paths) => {
    await done(await notAborted(() => begin(wanted, paths), pause));
    return read();
  };
  const [created] = await client.createWorkerPool({
    parent: place,
    workerPoolId: canaryName(maker),
    workerPool: {
      ...asMade,
      template: { containers: [{ image: poolImage }], ...(serviceAccount !== undefined && { serviceAccount }) },
    },
  });
  await done(created.name ?? '');
  return {
    name,
    read,
    begin,
    change,
    restore: async () => {
      await change(asMade, ['labels', 'scaling', 'instance_splits']);
    },
  };
}
