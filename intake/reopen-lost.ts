import { status } from '@grpc/grpc-js';
import { digestOf } from '../model/digest.ts';
import { codeOf } from '../runtime/errors.ts';
import { withCallDeadline } from './call-deadline.ts';
import { reopenRequest } from './case-requests.ts';
import { openedBy } from './opened-by.ts';
import type { DeliveryTools } from './start-case.ts';

/** A case is opened again at most so often, milliseconds: who ends it time and again makes no flood of it. */
const atMostEvery = 60_000;

/** Opens a case again whose run is lost, from what intake has kept of it. Answers the new run; undefined where it is too soon, or somebody else was faster. */
export async function reopenLost(
  tools: DeliveryTools,
  id: string,
  run: string,
  how: string,
): Promise<string | undefined> {
  const { client, evidence, opened } = tools;
  const record = await opened.read(id);
  if (record === undefined || Date.now() < Date.parse(record.reopenedAt ?? '1970-01-01T00:00:00Z') + atMostEvery)
    return undefined;
  const { finding, observation, settings } = await openedBy(record, evidence, tools);
  const notification = { finding, observation, requestId: digestOf([id, run, 'lost']) };
  const request = await reopenRequest(client, notification, settings, { run, lost: `It ${how}` });
  try {
    const { runId } = await withCallDeadline(client, () => client.workflowService.startWorkflowExecution(request));
    const now = new Date().toISOString();
    await opened.write({ ...record, run: runId, openedAt: now, reopenedAt: now, byMessage: false });
    return runId;
  } catch (error) {
    if (codeOf(error) === status.ALREADY_EXISTS) return undefined;
    throw error;
  }
}
