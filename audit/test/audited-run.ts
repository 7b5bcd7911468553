import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineUpdate,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

/** What the run's activities do; implemented in record-history.ts. */
export interface AuditedActivities {
  look(request: { readonly at: string; readonly depth: number }): Promise<string>;
  act(request: { readonly on: string; readonly approvedBy: readonly string[] }): Promise<{ readonly result: string }>;
  verify(signed: string): Promise<boolean>;
}

/** A vote: answered, or refused with a failure. */
export const voteUpdate = defineUpdate<{ outcome: string; by: string }, [{ by: string; signed: string }]>('vote');

const caseState = defineSearchAttributeKey('CaseState', 'KEYWORD');

/** A workflow with every kind of command that a case has; it shares no code with cases, so that its recorded history stays good. */
export async function auditedRun(order: {
  readonly service: string;
}): Promise<{ state: string; receipt: string; seen: string[] }> {
  const votes: string[] = [];
  let asked = false;
  setHandler(voteUpdate, async ({ by, signed }) => {
    await condition(() => asked);
    const { verify } = proxyLocalActivities<AuditedActivities>({ startToCloseTimeout: '10 seconds' });
    if (!(await verify(signed))) throw ApplicationFailure.nonRetryable(`${by} did not sign this`, 'NotAuthorised');
    votes.push(by);
    return { outcome: 'accepted', by };
  });
  const activities = proxyActivities<AuditedActivities>({
    taskQueue: workflowInfo().taskQueue.replace(/-cases$/, '-observe'),
    startToCloseTimeout: '10 seconds',
  });
  const seen = await Promise.all([
    activities.look({ at: order.service, depth: 2 }),
    activities.look({ at: 'logs', depth: 1 }),
  ]);
  await startAndCancelInOneTask();
  upsertSearchAttributes([{ key: caseState, value: 'proposed' }]);
  asked = true;
  await condition(() => votes.length > 0, '1 hour');
  await sleep(25, { summary: 'Quiet window' });
  const { result } = await activities.act({ on: order.service, approvedBy: votes });
  upsertMemo({ watermark: '2026-11-20T10:00:00Z' });
  await condition(allHandlersFinished);
  return { state: 'finished', receipt: result, seen };
}

/** Such a timer never reaches the history, though the code asks for it. */
async function startAndCancelInOneTask(): Promise<void> {
  const scope = new CancellationScope();
  const waiting = scope.run(() => sleep('1 day'));
  scope.cancel();
  try {
    await waiting;
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}
