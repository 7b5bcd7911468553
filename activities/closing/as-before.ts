import { Context } from '@temporalio/activity';
import type { ArchiveEntry } from '../../model/archive-entry.ts';
import type { CaseState } from '../../model/case.ts';
import type { FindingIdentity } from '../../model/finding-name.ts';
import { compareTimes } from '../../model/finding-time.ts';
import type { ParsedFinding } from '../../model/finding.ts';
import type { OpenedCase } from '../../model/opened-case.ts';

/** A run that brought nothing new, to be closed as the one before it. */
export interface AsBeforeRequest {
  readonly case: string;
  readonly run: string;
  readonly state: CaseState;
  readonly finding: FindingIdentity;
}

/**
 * Why a run does not end as the one before it; null where it does. Only one that intake says a message opened: what the watch or a sweep opens again
 * is for people to answer.
 */
export async function whyNotAsBefore(
  { case: id, run, state, finding }: AsBeforeRequest,
  entry: ArchiveEntry | undefined,
  opened: OpenedCase | undefined,
  read: (finding: FindingIdentity) => Promise<ParsedFinding | undefined>,
): Promise<string | null> {
  const { workflowId, runId } = Context.current().info.workflowExecution ?? {};
  if (workflowId !== id || runId !== run) return 'it was asked for by another case or run';
  // A second attempt finds its own entry.
  if (entry?.run === run && entry.state === state) return null;
  if (opened?.run !== run || !opened.byMessage) return 'intake has not signed that a message opened this run';
  if (entry?.state !== state || state === 'withdrawn' || entry.watermark === undefined)
    return 'no end before it is signed that says so';
  const live = await read(finding);
  if (live?.finding.caseId !== id) return 'SCC has no such finding';
  return live.fingerprint === entry.fingerprint && compareTimes(live.finding.eventTime, entry.watermark) <= 0
    ? null
    : 'SCC says something new';
}
