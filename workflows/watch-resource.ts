import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { condition, defineSignal, ParentClosePolicy, setHandler, startChild } from '@temporalio/workflow';
import type { Finding } from '../model/finding.ts';
import { MalformedError, parsed } from '../model/parse.ts';
import { orNull, planText, z } from '../model/schema.ts';
import { searchKeywords } from '../model/search-keywords.ts';
import { caseWorkflow, watchSignal, watchWordSchema } from '../model/temporal-names.ts';
import { type WatchInput, watchInputSchema } from '../model/watch-input.ts';
import { watching } from './activities.ts';
import { inputOf } from './input.ts';

const seenSchema = orNull(planText);
const wayBack = defineSignal<[unknown]>(watchSignal);

/**
 * The watch over a contained resource: for a day after, by default. A new deployment, a change that was reverted, traffic back on the compromised
 * revision or a new finding opens the case again, and with it a new proposal. It rests while the way back is carried out, whose changes are no
 * alarm.
 */
export async function watchResource(given: WatchInput): Promise<string> {
  const input = inputOf(watchInputSchema, given, 'input of a watch');
  let rests = false;
  setHandler(wayBack, (word) => {
    // What is no word of the way back says nothing.
    if (z.validate(watchWordSchema, word)) rests = word === 'rest';
  });
  for (;;) {
    const seen = seenIn(await watching(input.until).lookAfter(input));
    if (seen === null) return 'nothing was seen';
    if (!rests) return openAgain(input, seen);
    // What was seen may be the way back itself: looked at again when that has ended.
    const left = Math.max(1_000, Date.parse(input.until) - Date.now());
    if (!(await condition(() => !rests, left))) return `the way back was under way to the end; last seen: ${seen}`;
  }
}

/** What was seen; an answer that cannot be one is for people to look at. */
function seenIn(answer: unknown): string | null {
  try {
    return parsed(seenSchema, answer, 'answer');
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return `whether anything was seen is not known: ${error.message}`;
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
