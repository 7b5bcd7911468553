import { allHandlersFinished, condition, upsertMemo } from '@temporalio/workflow';
import type { ClosingRequest } from '../../activities/security-command-center.ts';
import { type CaseResult, closingAnswerSchema, modeOf } from '../../model/case.ts';
import { closeBallot } from '../../model/decide.ts';
import { digestOf } from '../../model/digest.ts';
import { type Fields, pick } from '../../model/fields.ts';
import type { Target } from '../../model/plan.ts';
import { parsed } from '../../model/parse.ts';
import { relatedRequest } from '../../model/requests.ts';
import { targetName } from '../../model/rails.ts';
import { memoKeys } from '../../model/temporal-names.ts';
import type { WatchInput } from '../../model/watch-input.ts';
import { securityCommandCenter } from '../activities.ts';
import { type CaseFile, findingOf, moveTo, note, recordedTime } from '../case-file.ts';
import { bytesOf, whatWasCarriedOut } from './keep-record.ts';
import { reasonOf } from './reading.ts';

/** The last write to the finding is tried for long, since the watermark hangs on it. */
const markingLimitSeconds = 3_600;

type FinalState = ClosingRequest['state'];

/**
 * Closes the case: observe looks at the proofs of its state, marks the finding (in a dry run nothing is written to SCC), reads its eventTime back, keeps it as the watermark. The
 * watermark is written last, so that intake takes our own echo for what it is. What was changed is kept for the way back, and a contained
 * resource is watched from now on.
 */
export async function close(file: CaseFile, state: FinalState, reason: string): Promise<CaseResult> {
  file.book = closeBallot(file.book);
  const finding = findingOf(file);
  const fingerprint = file.fetched?.fingerprint ?? file.input.observation.fingerprint;
  const mode = modeOf(file);
  let { eventTime: watermark } = finding;
  try {
    const closing = closingRequest(file, state, fingerprint);
    const proofBytes = bytesOf([closing.decisions, closing.quiet ?? '']);
    const request = { ...closing, ...(await whatWasCarriedOut(file, state, proofBytes)) };
    const answer = await securityCommandCenter('Mark the finding', markingLimitSeconds).recordClosing(request);
    watermark = parsed(closingAnswerSchema, answer, 'answer').watermark ?? watermark;
  } catch (error) {
    note(file, `the end is not on record: ${reasonOf(error)}`);
  }
  moveTo(file, state, reason);
  upsertMemo({
    [memoKeys.watermark]: watermark,
    [memoKeys.fingerprint]: fingerprint,
    ...(mode === 'dry-run' && { [memoKeys.mode]: mode }),
  });
  await condition(allHandlersFinished);
  return { state, reason: file.reason, watermark };
}

function closingRequest(file: CaseFile, state: FinalState, fingerprint: string): Omit<ClosingRequest, 'changed'> {
  const { name } = findingOf(file);
  const { quiet } = file.seals;
  const watch = state === 'contained' ? watchInput(file) : null;
  return {
    name,
    case: file.id,
    run: file.run,
    state,
    decisions: file.book.settled?.decisions.flatMap(({ id }) => file.signed.get(id) ?? []) ?? [],
    ...(state === 'contained' && quiet !== undefined && { quiet }),
    mode: modeOf(file),
    fingerprint,
    confirmed: file.fetched?.confirmation === 'confirmed',
    ...(watch !== null && { watch }),
  };
}

/** What the watch looks at; null where there is nothing to watch. */
function watchInput(file: CaseFile): WatchInput | null {
  const { rails } = file.input;
  const { resource } = findingOf(file);
  const plan = file.carriedOut.at(-1);
  if (rails.watchSeconds === 0 || modeOf(file) === 'dry-run' || resource === undefined || plan === undefined)
    return null;
  const since = recordedTime(file);
  const until = new Date(since + rails.watchSeconds * 1000).toISOString();
  return {
    reopen: { ...file.input, reopens: file.run },
    target: resource,
    ...(plan.watch.revision !== undefined && { revision: plan.watch.revision }),
    left: leftBy(file, resource),
    related: {
      ...relatedRequest(findingOf(file), resource, file.input.times),
      from: new Date(since).toISOString(),
      to: until,
    },
    until,
    everySeconds: rails.watchEverySeconds,
  };
}

/** The fields that this run wrote on the resource, and its template, as they were read back last. */
function leftBy({ carriedOut, investigation, receipts }: CaseFile, resource: Target): Fields {
  const settings = investigation?.settings.status === 'answered' ? investigation.settings.value.fields : {};
  let left: Fields = pick(settings, ['template']);
  const written = new Set(['template']);
  for (const { action, after, plan } of receipts) {
    const made = carriedOut.find((one) => digestOf(one) === plan)?.actions.find(({ id }) => id === action);
    // That a revision is gone says nothing of its service.
    if (made === undefined || made.target.revision !== undefined || targetName(made.target) !== targetName(resource))
      continue;
    for (const name of Object.keys(made.change)) written.add(name);
    left = { ...left, ...pick(after, [...written]) };
  }
  return left;
}
