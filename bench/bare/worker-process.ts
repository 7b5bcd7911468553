// The worker of the bare workflow, with the SDK's defaults. Arguments: Temporal's address, the task queue.
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { BareActivities } from './workflow.ts';

const [address = '', taskQueue = ''] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('WARN') });
const workflowBundle = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
  logger: new DefaultLogger('WARN'),
});
const activities: BareActivities = { step: (number) => Promise.resolve(number) };
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities });
process.send?.('ready');
await worker.run();
await connection.close();
process.disconnect?.();
