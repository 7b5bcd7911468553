import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { caseWorkflow, undoWorkflow } from '../model/temporal-names.ts';
import { isCaseId } from '../model/case-id.ts';
import type { ClosedRun } from '../runtime/kept-histories.ts';

/** Runs that Temporal answers at a time; its own limit is 1000. */
const pageSize = 1_000;

/** How long Temporal may take for one page, milliseconds. */
const patience = 30_000;

/** Which of the closed runs to list. */
export interface Wanted {
  /** The queue that the cases of this system are served on. */
  readonly taskQueue: string;
  /** Milliseconds since the epoch, by Temporal's clock: none that closed before. */
  readonly since: number;
}

/**
 * The closed runs of cases and ways back, page by page. They come from the visibility store, which lags and has no order that can be relied on:
 * a run may be missing now and be there later.
 */
export async function* closedRuns(
  client: Client,
  { taskQueue, since }: Wanted,
  signal: AbortSignal,
): AsyncGenerator<ClosedRun[]> {
  const { namespace } = client.options;
  const query =
    `TaskQueue = '${taskQueue}' AND WorkflowType IN ('${caseWorkflow}', '${undoWorkflow}') ` +
    `AND CloseTime >= '${new Date(since).toISOString()}'`;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.withDeadline(Date.now() + patience, () =>
      client.withAbortSignal(signal, () =>
        client.workflowService.listWorkflowExecutions({
          namespace,
          query,
          pageSize,
          ...(nextPageToken && { nextPageToken }),
        }),
      ),
    );
    yield page.executions.flatMap(({ execution, closeTime }) => {
      const { workflowId: id = '', runId: run = '' } = execution ?? {};
      // Whoever reaches Temporal can start what he likes under any name: what has not the name of a case is none.
      return id && run && closeTime && isCaseId(id) ? [{ case: id, run, closedAt: tsToMs(closeTime) }] : [];
    });
    nextPageToken = page.nextPageToken;
  } while (nextPageToken.length > 0);
}
