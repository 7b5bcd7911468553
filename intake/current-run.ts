import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { decodeSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes.js';
import { decodeMapFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import proto from '@temporalio/proto';
import { codeOf } from '../runtime/errors.ts';
import { digest, instant, z } from '../model/schema.ts';
import { memoKeys } from '../model/temporal-names.ts';
import { withCallDeadline } from './call-deadline.ts';

/** The newest run of a case that ended as business (also one that failed as business). */
export interface ClosedRun {
  readonly run: string;
  /** The final state that it showed; empty where it showed none. */
  readonly state: string;
  /** eventTime read back from SCC after its last write to the finding; undefined where SCC never had it. */
  readonly watermark?: string;
  /** Request ids of the messages that it was about, where SCC never had the finding. */
  readonly seen?: readonly string[];
  /** What the finding said when the run last read it. */
  readonly fingerprint?: string;
  /** RFC 3339 UTC. */
  readonly closedAt: string;
}

/**
 * The newest run of a case where it completed; undefined where it runs, crashed, was terminated, or Temporal has none: then a
 * signal-with-start succeeds. Read from the run itself, never from visibility, which lags.
 */
export async function readClosedRun(client: Client, caseId: string): Promise<ClosedRun | undefined> {
  const { loadedDataConverter, namespace } = client.options;
  const info = await describe(client, caseId);
  if (info?.status !== proto.temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED)
    return undefined;
  const context = { type: 'workflow', namespace, workflowId: caseId } as const;
  const memo: Record<string, unknown> =
    (await decodeMapFromPayloads(loadedDataConverter, info.memo?.fields, context)) ?? {};
  const [state] = decodeSearchAttributes(info.searchAttributes?.indexedFields)['CaseState'] ?? [];
  const { [memoKeys.watermark]: watermark, [memoKeys.fingerprint]: fingerprint, [memoKeys.seen]: seen } = memo;
  return {
    run: info.execution?.runId ?? '',
    state: typeof state === 'string' ? state : '',
    ...(typeof watermark === 'string' && z.validate(instant, watermark) && { watermark }),
    ...(Array.isArray(seen) && { seen: seen.filter((id) => z.validate(digest, id)) }),
    ...(typeof fingerprint === 'string' && z.validate(digest, fingerprint) && { fingerprint }),
    closedAt: new Date(Number(info.closeTime?.seconds ?? 0) * 1000).toISOString(),
  };
}

async function describe(client: Client, caseId: string) {
  const { namespace } = client.options;
  try {
    const answer = await withCallDeadline(client, () =>
      client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: caseId } }),
    );
    return answer.workflowExecutionInfo;
  } catch (error) {
    if (codeOf(error) === status.NOT_FOUND) return undefined;
    throw error;
  }
}
