import { Context, getClient } from '@temporalio/activity';
import type { CaseInput } from '../model/case.ts';
import type { Fields } from '../model/fields.ts';
import type { Target } from '../model/plan.ts';
import type { RelatedRequest } from '../model/requests.ts';
import { watchWorkflow } from '../model/temporal-names.ts';

/** What the watch after containment looks at. */
export interface WatchInput {
  /** What the case is opened with again, where something is seen. */
  readonly reopen: CaseInput;
  readonly target: Target;
  /** The compromised revision; absent where none was named. */
  readonly revision?: string;
  /** The resource's fields as the case left them. */
  readonly left: Fields;
  /** What a new finding would be. */
  readonly related: RelatedRequest;
  /** RFC 3339 UTC. */
  readonly until: string;
  readonly everySeconds: number;
}

/** Starts the watch over a contained resource, in place of one that an earlier run of the case left. */
export async function startWatch(input: WatchInput, caseId: string): Promise<void> {
  await getClient().workflow.start(watchWorkflow, {
    workflowId: `watch-${caseId}`,
    taskQueue: Context.current().info.taskQueue.replace(/-observe$/, '-cases'),
    args: [input],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    staticSummary: `Watches what ${caseId} contained until ${input.until}`,
  });
}
