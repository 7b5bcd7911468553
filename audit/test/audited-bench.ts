import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { workflowBundle } from '../../worker/bundle.ts';
import { type AuditedActivities, auditedRun, voteUpdate } from './audited-run.ts';

/** The file that the bundle of the tests is made from. */
export const auditedWorkflows = fileURLToPath(new URL('audited-run.ts', import.meta.url));

const activities: AuditedActivities = {
  look: ({ at, depth }) => Promise.resolve(`${at} at ${depth}`),
  act: ({ on }) => Promise.resolve({ result: `changed ${on}` }),
  verify: (signed) => Promise.resolve(signed === 'a good signature'),
};

/** Live workers on a real Temporal server, with the bundle, recorder and all; no sink is registered, as in any live worker. */
export async function startAuditedBench(address: string) {
  const logged: string[] = [];
  Runtime.install({ logger: new DefaultLogger('WARN', ({ message }) => logged.push(message)), shutdownSignals: [] });
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const bundle = await workflowBundle(auditedWorkflows);
    const connection = await Connection.connect({ address });
    closers.push(() => connection.close());
    const client = new Client({ connection, identity: 'audited client' });
    const native = await NativeConnection.connect({ address });
    closers.push(() => native.close());
    for (const options of [
      { taskQueue: 'audited-cases', workflowBundle: bundle, buildId: bundle.buildId, maxCachedWorkflows: 1 },
      { taskQueue: 'audited-observe' },
    ]) {
      const worker = await Worker.create({ connection: native, activities, identity: 'audited worker', ...options });
      const running = worker.run();
      closers.push(async () => {
        worker.shutdown();
        await running;
      });
    }
    return { client, bundle, logged, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts a run that waits for its vote. */
export function startAuditedRun(client: Client, workflowId: string) {
  return client.workflow.start(auditedRun, {
    workflowId,
    taskQueue: 'audited-cases',
    args: [{ service: 'checkout' }],
    workflowExecutionTimeout: '2 minutes',
  });
}

/** Lets a run take a refused vote and a good one, and end. */
export async function finishAuditedRun(run: Awaited<ReturnType<typeof startAuditedRun>>): Promise<unknown> {
  await run
    .executeUpdate(voteUpdate, { updateId: 'vote-1', args: [{ by: 'mallory', signed: 'a bad signature' }] })
    .catch(() => undefined);
  await run.executeUpdate(voteUpdate, { updateId: 'vote-2', args: [{ by: 'ada', signed: 'a good signature' }] });
  return run.result();
}
