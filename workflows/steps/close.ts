import { allHandlersFinished, condition, upsertMemo } from '@temporalio/workflow';
import type { ClosingRequest } from '../../activities/security-command-center.ts';
import { type CaseResult, closingAnswerSchema, modeOf } from '../../model/case.ts';
import { closeBallot } from '../../model/decide.ts';
import { digestOf } from '../../model/digest.ts';
import { type Fields, pick } from '../../model/fields.ts';
import { identityOf } from '../../model/finding-name.ts';
import type { Target } from '../../model/plan.ts';
import { parsed } from '../../model/parse.ts';
import { relatedRequest } from '../../model/requests.ts';
import { requestIdOf } from '../../model/request-id.ts';
import { targetName } from '../../model/rails.ts';
import { type Serving, servingText } from '../../model/serving-seen.ts';
import { memoKeys } from '../../model/temporal-names.ts';
import type { WatchInput } from '../../model/watch-input.ts';
import { securityCommandCenter } from '../activities.ts';
import { type CaseFile, findingOf, moveTo, note, recordedTime } from '../case-file.ts';
import { bytesOf, whatWasCarriedOut } from './keep-record.ts';
import type { NothingNew } from './nothing-new.ts';
import { reasonOf } from './reading.ts';
import { whatIsToServe } from './what-is-to-serve.ts';

/** The last write to the finding is tried for long, since the watermark hangs on it. */
const markingLimitSeconds = 3_600;

type FinalState = ClosingRequest['state'];

/** Ends that say that what was given back is so. */
const restsOnServing: ReadonlySet<FinalState> = new Set(['contained', 'undone']);

/**
 * Closes the case: observe looks at the proofs of its state, marks the finding (in a dry run nothing is written to SCC), reads its eventTime back, keeps it as the watermark. The
 * watermark is written last, so that intake takes our own echo for what it is. What was changed is kept for the way back, and a contained
 * resource is watched from now on.
 */
export async function close(file: CaseFile, state: FinalState, reason: string): Promise<CaseResult> {
  file.book = closeBallot(file.book);
  const fingerprint = file.fetched?.fingerprint ?? file.input.observation.fingerprint;
  const mode = modeOf(file);
  const known = whatIsKnown(file);
  let { watermark } = known;
  const toServe = restsOnServing.has(state) ? whatIsToServe(file) : undefined;
  let serving: Serving = { serves: 'not-known', reason: 'nobody has looked' };
  try {
    const closing = closingRequest(file, state, fingerprint);
    const proofBytes = bytesOf([closing.decisions, closing.quiet ?? '']);
    const carriedOut = await whatWasCarriedOut(file, state, proofBytes);
    const request = { ...closing, ...carriedOut, ...(toServe !== undefined && { toServe }) };
    const answer = await securityCommandCenter('Mark the finding', markingLimitSeconds).recordClosing(request);
    const recorded = parsed(closingAnswerSchema, answer, 'answer');
    watermark = recorded.watermark ?? watermark;
    serving = recorded.serving ?? serving;
    if (recorded.notShown !== undefined) note(file, `the finding in SCC does not show the case: ${recorded.notShown}`);
  } catch (error) {
    note(file, `the end is not on record: ${reasonOf(error)}`);
  }
  moveTo(file, state, toServe === undefined ? reason : `${reason}; ${servingText(serving)}`);
  upsertMemo({
    ...(watermark !== undefined && { [memoKeys.watermark]: watermark }),
    ...(known.seen !== undefined && { [memoKeys.seen]: known.seen }),
    [memoKeys.fingerprint]: fingerprint,
    ...(mode === 'dry-run' && { [memoKeys.mode]: mode }),
  });
  await condition(allHandlersFinished);
  return { state, reason: file.reason, ...(watermark !== undefined && { watermark }) };
}

/**
 * Ends a run that brought nothing new as the one before it ended: nothing is marked or watched, and nobody is asked. Observe looks at SCC and the
 * index itself; null where it does not bear that out: then people are asked.
 */
export async function closeAsBefore(file: CaseFile, { state, before }: NothingNew): Promise<CaseResult | null> {
  const { eventTime } = file.input.observation;
  const finding = identityOf(findingOf(file));
  try {
    const recorder = securityCommandCenter('Record that there is nothing new', markingLimitSeconds);
    await recorder.recordAsBefore({ case: file.id, run: file.run, state, finding });
  } catch (error) {
    note(file, `that there is nothing new is not on record: ${reasonOf(error)}`);
    return null;
  }
  file.book = closeBallot(file.book);
  moveTo(file, state, `SCC says nothing new, as it ended before; the message's own time was ${eventTime}`);
  const { watermark, fingerprint } = before;
  upsertMemo({
    ...(watermark !== undefined && { [memoKeys.watermark]: watermark }),
    [memoKeys.fingerprint]: fingerprint,
  });
  await condition(allHandlersFinished);
  return { state, reason: file.reason, ...(watermark !== undefined && { watermark }) };
}

/** What a later message is held against: what SCC said last, else the messages that the run was about. No message's own time. */
function whatIsKnown({ fetched, input, messages }: CaseFile): {
  readonly watermark?: string;
  readonly seen?: string[];
} {
  if (fetched?.confirmation === 'confirmed') return { watermark: fetched.finding.eventTime };
  return { seen: [requestIdOf(input.finding.caseId, input.observation), ...messages] };
}

function closingRequest(file: CaseFile, state: FinalState, fingerprint: string): Omit<ClosingRequest, 'changed'> {
  const { quiet } = file.seals;
  const { watermark, seen } = whatIsKnown(file);
  const watch = state === 'contained' ? watchInput(file) : null;
  return {
    finding: identityOf(findingOf(file)),
    case: file.id,
    run: file.run,
    state,
    decisions: file.book.settled?.decisions.flatMap(({ id }) => file.signed.get(id) ?? []) ?? [],
    ...(state === 'contained' && quiet !== undefined && { quiet }),
    mode: modeOf(file),
    fingerprint,
    ...(watermark !== undefined && { eventTime: watermark }),
    ...(seen !== undefined && { seen }),
    ...(watch !== null && { watch }),
  };
}

/** What the watch looks at; null where there is nothing to watch. */
function watchInput(file: CaseFile): WatchInput | null {
  const { before: _before, reopened: _reopened, ...inputAgain } = file.input;
  const { rails } = inputAgain;
  const { resource } = findingOf(file);
  const plan = file.carriedOut.at(-1);
  if (rails.watchSeconds === 0 || modeOf(file) === 'dry-run' || resource === undefined || plan === undefined)
    return null;
  const since = recordedTime(file);
  const until = new Date(since + rails.watchSeconds * 1000).toISOString();
  return {
    reopen: { ...inputAgain, reopens: file.run },
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
