import { isJsonObject } from '../model/json.ts';
import { asSigned, recordedAt } from './history-values.ts';
import { plainPayloads } from './plain-payloads.ts';
import type { Event } from './read-history.ts';
import type { RunName, SignatureProblem } from './signature-verdict.ts';
import type { Signers } from './signers.ts';

/**
 * Whether a run that says that a person opened it was opened by one who may. Anybody who reaches Temporal can start one that says so: it is a problem only
 * where the run went on all the same.
 */
export async function judgeReopening(
  events: readonly Event[],
  { case: id }: RunName,
  signers: Signers,
): Promise<SignatureProblem[]> {
  const start = events.find((event) => event.workflowExecutionStartedEventAttributes);
  const [input] = plainPayloads(start?.workflowExecutionStartedEventAttributes?.input?.payloads);
  if (start === undefined || !isJsonObject(input) || input['reopened'] === undefined) return [];
  const problem = (kind: SignatureProblem['kind'], why: string): SignatureProblem[] =>
    events.some((event) => event.activityTaskScheduledEventAttributes)
      ? [{ event: Number(start.eventId), kind, what: `a reopening: ${why}` }]
      : [];
  const signed = asSigned(input['reopened']);
  if (signed === undefined || typeof input['reopens'] !== 'string')
    return problem('does-not-hold', 'it is not signed, or names no run that had ended');
  const judgement = await signers.reopening(signed, recordedAt(start), { case: id, run: input['reopens'] });
  return judgement.status === 'holds' ? [] : problem(judgement.status, judgement.reason);
}
