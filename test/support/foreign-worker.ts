import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';

/** What somebody else's worker does on one of our queues. */
export interface Foreign {
  readonly taskQueue: string;
  /** A file of workflows, relative to this one. */
  readonly workflows?: string;
  readonly activities?: object;
}

/** A worker of somebody who reaches Temporal; stops when it is told to. */
export async function foreignWorker(address: string, { taskQueue, workflows, activities }: Foreign) {
  const logger = new DefaultLogger('ERROR');
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue,
    identity: 'somebody else',
    ...(activities && { activities }),
    ...(workflows !== undefined && {
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: fileURLToPath(new URL(workflows, import.meta.url)),
        logger,
      }),
    }),
  });
  const running = worker.run();
  return {
    async stop(): Promise<void> {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
