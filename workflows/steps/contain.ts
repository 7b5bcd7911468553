import { ActivityFailure, condition, TimeoutFailure } from '@temporalio/workflow';
import type { Settled } from '../../model/decide.ts';
import { digestOf } from '../../model/digest.ts';
import type { SignedDecision } from '../../model/decision.ts';
import { type Action, actionRoles, type Plan } from '../../model/plan.ts';
import type { Receipt, SignedReceipt } from '../../model/receipt.ts';
import { cloudLogging, containment } from '../activities.ts';
import { type CaseFile, findingOf, moveTo, note, recordedTime } from '../case-file.ts';
import { isSignedBy, readJson } from '../signatures.ts';
import { reasonOf } from './reading.ts';

/** How carrying out a plan ended: `again` asks people once more, with what was learnt. */
export interface Containment {
  readonly kind: 'contained' | 'again' | 'failed';
  readonly reason: string;
}

/** What looking for signs of life may take beyond the quiet windows. */
const watchLimitSeconds = 600;
/** What logs get before a reversible change (promise 5). */
const preservingSeconds = 20;
/** Waits for the log export where it has not answered yet, but no longer than evidence may hold up a reversible change. */
export async function preserve(file: CaseFile): Promise<void> {
  if (file.investigation?.logs.status !== 'pending') return;
  moveTo(file, 'preserving', 'the log export has not answered yet');
  const saved = await condition(() => file.investigation?.logs.status !== 'pending', preservingSeconds * 1000);
  if (!saved)
    note(file, `container logs are not saved after ${preservingSeconds} s; the change goes ahead, the export goes on`);
}

/** Carries out an approved plan: what is at once, then the quiet window, then what waits for quiet. */
export async function contain(file: CaseFile, plan: Plan, settled: Settled): Promise<Containment> {
  const ended = await carryOut(file, plan, settled, 'at-once');
  if (ended !== null) return ended;
  const watched = plan.watch.revision ?? plan.actions[0]?.target.name ?? 'the resource';
  moveTo(file, 'verifying', `${watched} has to be quiet for ${plan.watch.quietSeconds} s`);
  const life = await watch(file, plan);
  if (life !== null) {
    file.tried.push(plan.kind);
    return { kind: 'again', reason: `changed, not quiet: ${life}` };
  }
  note(file, `${watched} is quiet`);
  const kept = await carryOut(file, plan, settled, 'after-quiet');
  if (kept !== null) return { kind: 'failed', reason: `contained and quiet, but not given back: ${kept.reason}` };
  return {
    kind: 'contained',
    reason: `${plan.mode === 'dry-run' ? 'dry run, nothing was changed: ' : ''}the change is in place and ${watched} shows no sign of life`,
  };
}

/** Carries out the actions of a plan that are due, one after the other; answers what stopped it, or null. */
export async function carryOut(
  file: CaseFile,
  plan: Plan,
  settled: Settled,
  due: Action['when'],
): Promise<Containment | null> {
  const signed = settled.decisions.flatMap(({ id }) => file.signed.get(id) ?? []);
  if (due === 'at-once') moveTo(file, 'containing', plan.title);
  for (const action of plan.actions.filter(({ when }) => when === due)) {
    const ended = whatItMeans(await apply(file, plan, action, signed));
    if (ended !== null) return ended;
  }
  return null;
}

type Applied = Receipt | { readonly result: 'not-taken-up' | 'no-receipt'; readonly detail: string };

async function apply(
  file: CaseFile,
  plan: Plan,
  action: Action,
  decisions: readonly SignedDecision[],
): Promise<Applied> {
  const { approvalFreshness } = file.input.times;
  let answer;
  try {
    answer = await containment(action.title, actionRoles[action.kind], approvalFreshness).applyAction({
      plan,
      decisions,
      action: action.id,
    });
  } catch (error) {
    const late =
      error instanceof ActivityFailure &&
      error.cause instanceof TimeoutFailure &&
      error.cause.timeoutType === 'SCHEDULE_TO_START';
    return late
      ? { result: 'not-taken-up', detail: 'no respond worker took it up in time' }
      : { result: 'no-receipt', detail: reasonOf(error) };
  }
  const receipt = readReceipt(answer, file.responderKeys);
  if (receipt === null || receipt.plan !== digestOf(plan) || receipt.action !== action.id) {
    return { result: 'no-receipt', detail: 'the answer was not a receipt signed by a respond worker on the roster' };
  }
  file.receipts.push(receipt);
  file.signedReceipts.push(answer);
  if (!file.carriedOut.includes(plan)) file.carriedOut.push(plan);
  if (receipt.result === 'changed') file.baseline ??= receipt.before;
  note(file, `${action.title}: ${receipt.result}${receipt.detail === '' ? '' : ` (${receipt.detail})`}`);
  return receipt;
}

/** The receipt that a respond worker on the roster signed, or null: anybody who can poll the queue can answer, so an unsigned answer is none. */
function readReceipt(answer: SignedReceipt, responders: Readonly<Record<string, string>>): Receipt | null {
  // Only the respond role's key signs this purpose, and only in this form.
  return isSignedBy(answer, 'firebreak.receipt.v1', responders) ? (readJson(answer.payload) as Receipt) : null;
}

/** Null where the action is done. A refusal asks people again; what failed or has no receipt needs eyes. */
function whatItMeans({ result, detail }: Applied): Containment | null {
  switch (result) {
    case 'changed':
    case 'already-so':
      return null;
    case 'refused':
      return { kind: 'again', reason: `refused, nothing was changed: ${detail}` };
    case 'not-taken-up':
      return { kind: 'again', reason: `the approval was not acted on in time: ${detail}` };
    case 'failed':
      return { kind: 'failed', reason: detail };
    case 'no-receipt':
      return { kind: 'failed', reason: `whether the change was made is not known: ${detail}` };
  }
}

/** Waits out the quiet window; answers the sign of life that spoils it, or null (promise 13). */
async function watch(file: CaseFile, { watch: { revision, quietSeconds }, title }: Plan): Promise<string | null> {
  const { resource } = findingOf(file);
  const watched = revision ?? resource?.name ?? '';
  if (resource === undefined) return `${title}: no resource to watch`;
  const since = file.receipts.at(-1)?.finishedAt ?? new Date(recordedTime(file)).toISOString();
  try {
    const request = { resource, ...(revision !== undefined && { revision }), since, quietSeconds };
    const { quiet, lastAt } = await cloudLogging(
      'Quiet window: look for signs of life',
      quietSeconds * 2 + watchLimitSeconds,
    ).checkQuiet(request);
    return quiet ? null : `${watched} wrote at ${lastAt ?? 'an unknown time'}`;
  } catch (error) {
    return `whether ${watched} is quiet cannot be told: ${reasonOf(error)}`;
  }
}
