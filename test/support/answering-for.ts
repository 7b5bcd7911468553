import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import proto from '@temporalio/proto';

const { QueryResultType } = proto.temporal.api.enums.v1;

/** Somebody with nothing but a connection to Temporal, who answers every query on a queue of workflows with a view of his own. */
export function answeringFor(client: Client, queue: string, view: unknown): { stop(): Promise<void> } {
  const { workflowService } = client;
  const { namespace } = client.options;
  const ended = new AbortController();
  const serve = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const poll = () =>
        workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: queue }, identity: 'somebody' });
      const task = await client
        .withDeadline(Date.now() + 60_000, () => client.withAbortSignal(ended.signal, poll))
        .catch(() => undefined);
      if (!task?.query) continue;
      await workflowService.respondQueryTaskCompleted({
        namespace,
        taskToken: task.taskToken,
        completedType: QueryResultType.QUERY_RESULT_TYPE_ANSWERED,
        queryResult: { payloads: [defaultPayloadConverter.toPayload(view)] },
      });
    }
  };
  const serving = serve();
  return {
    async stop() {
      ended.abort();
      await serving;
    },
  };
}
