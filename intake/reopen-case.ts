import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { digestOf } from '../model/digest.ts';
import { parseReopening, type SignedReopening } from '../model/reopening.ts';
import { codeOf } from '../runtime/errors.ts';
import { withCallDeadline } from './call-deadline.ts';
import { reopenRequest } from './case-requests.ts';
import type { OpenedBy } from './opened-by.ts';

/**
 * Opens a case again that has ended, since a person has signed so. The new run looks at the signature itself, before anything else. Answers the run;
 * undefined where somebody else was faster.
 */
export async function reopenCase(
  client: Client,
  signed: SignedReopening,
  { finding, observation, settings }: OpenedBy,
): Promise<string | undefined> {
  const { id, case: caseId, run } = parseReopening(signed);
  const notification = { finding, observation, requestId: digestOf([caseId, run, 'reopened', id]) };
  const request = await reopenRequest(client, notification, settings, { run, reopened: signed });
  try {
    const { runId } = await withCallDeadline(client, () => client.workflowService.startWorkflowExecution(request));
    return runId;
  } catch (error) {
    if (codeOf(error) === status.ALREADY_EXISTS) return undefined;
    throw error;
  }
}
