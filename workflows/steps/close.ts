import { allHandlersFinished, condition, upsertMemo } from '@temporalio/workflow';
import { type CaseResult, type CaseState, modeOf } from '../../model/case.ts';
import { closeBallot } from '../../model/decide.ts';
import { memoKeys } from '../../model/temporal-names.ts';
import { securityCommandCenter } from '../activities.ts';
import { type CaseFile, findingOf, moveTo, note } from '../case-file.ts';
import { reasonOf } from './investigate.ts';

/** The last write to the finding is tried for long, since the watermark hangs on it. */
const markingLimitSeconds = 3_600;

/**
 * Closes the case: marks the finding (in a dry run nothing is written to SCC), reads its eventTime back, keeps it as the watermark. The watermark is written last, so that intake
 * takes our own echo for what it is.
 */
export async function close(file: CaseFile, state: CaseState, reason: string): Promise<CaseResult> {
  file.book = closeBallot(file.book);
  const finding = findingOf(file);
  const fingerprint = file.fetched?.fingerprint ?? file.input.observation.fingerprint;
  const mode = modeOf(file);
  let watermark = finding.eventTime;
  try {
    const request = {
      name: finding.name,
      case: file.id,
      run: file.run,
      state,
      mode,
      fingerprint,
      eventTime: finding.eventTime,
      confirmed: file.fetched?.confirmation === 'confirmed',
    };
    ({ watermark } = await securityCommandCenter('Mark the finding', markingLimitSeconds).recordClosing(request));
  } catch (error) {
    note(file, `the finding could not be marked: ${reasonOf(error)}`);
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
