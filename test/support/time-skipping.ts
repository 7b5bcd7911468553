import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { findTestServer } from '../../local/binaries/find.ts';
import { searchAttributes } from '../../model/temporal-names.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { workerRoles } from '../../runtime/task-queues.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { servingsOf } from '../../worker/roles.ts';

/** Values of temporal.api.enums.v1.IndexedValueType. */
const types = { Keyword: 2, Datetime: 6 } as const;

/** A server on which hours pass in milliseconds, with the case workflow and all its activities on it. */
export async function startTimeSkipping(configuration: Configuration) {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const { path } = await findTestServer({ log: (line) => console.error(line) });
  const environment = await startServer(path, 3);
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: Object.fromEntries(Object.entries(searchAttributes).map(([name, type]) => [name, types[type]])),
  });
  const { code } = await workflowBundle();
  const servings = (await Promise.all(workerRoles.map((role) => servingsOf(role, configuration)))).flat();
  const workers = await Promise.all(
    servings.map(({ taskQueue, activities, workflows }) =>
      Worker.create({
        connection: environment.nativeConnection,
        taskQueue,
        activities,
        ...(workflows && { workflowBundle: { code } }),
      }),
    ),
  );
  const running = workers.map((worker) => worker.run());
  return {
    client: environment.client,
    /** So long passes on that server. */
    sleep: (milliseconds: number) => environment.sleep(milliseconds),
    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      for (const { close } of servings) await close();
      await environment.teardown();
    },
  };
}

/** The SDK gives a server 5 s to start, which a machine that runs other tests may not have. */
async function startServer(path: string, attempts: number): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
  } catch (error) {
    if (attempts === 1) throw error;
    return startServer(path, attempts - 1);
  }
}
