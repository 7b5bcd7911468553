import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { condition, defineSignal, ParentClosePolicy, setHandler, startChild } from '@temporalio/workflow';
import type { WatchInput } from '../activities/start-watch.ts';
import type { Finding } from '../model/finding.ts';
import { searchKeywords } from '../model/search-keywords.ts';
import { caseWorkflow, watchSignal } from '../model/temporal-names.ts';
import { watching } from './activities.ts';

const wayBack = defineSignal<[unknown]>(watchSignal);

/**
 * The watch over a contained resource: for a day after, by default. A new deployment, a change that was reverted, traffic back on the compromised
 * revision or a new finding opens the case again, and with it a new proposal. It rests while the way back is carried out, whose changes are no
 * alarm.
 */
export async function watchResource(input: WatchInput): Promise<string> {
  let rests = false;
  setHandler(wayBack, (word) => {
    rests = word === 'rest';
  });
  for (;;) {
    const seen = await watching(input.until).lookAfter(input);
    if (seen === null) return 'nothing was seen';
    if (!rests) return openAgain(input, seen);
    // What was seen may be the way back itself: looked at again when that has ended.
    const left = Math.max(1_000, Date.parse(input.until) - Date.now());
    if (!(await condition(() => !rests, left))) return `the way back was under way to the end; last seen: ${seen}`;
  }
}

async function openAgain({ reopen }: WatchInput, seen: string): Promise<string> {
  try {
    await startChild(caseWorkflow, {
      workflowId: reopen.finding.caseId,
      args: [{ ...reopen, alarm: seen }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: searchAttributesOf(reopen.finding),
      staticSummary: 'opened again by the watch after containment',
    });
  } catch (error) {
    // A case that is open looks at the resource itself.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return `${seen}; the case is open already`;
  }
  return `${seen}; the case was opened again`;
}

/** What lists of cases show of it. */
function searchAttributesOf(finding: Finding): TypedSearchAttributes {
  const keywords = Object.entries(searchKeywords(finding)).map(([name, value]) => ({
    key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
    value,
  }));
  return new TypedSearchAttributes(keywords);
}
