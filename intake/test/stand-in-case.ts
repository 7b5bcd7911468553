import type { ArchiveEntry } from '../../model/archive-entry.ts';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { condition, defineSignal, setHandler, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';

/** How a test ends the stand-in, as a case would end: what it upserts last, then its result. */
export interface Ending {
  readonly state: ArchiveEntry['state'];
  readonly watermark?: string;
  readonly seen?: readonly string[];
  readonly fingerprint?: string;
}

const caseState = defineSearchAttributeKey('CaseState', SearchAttributeType.KEYWORD);

/** Stands for the case in intake's tests: takes `observed`, and closes when it is told to. */
export async function respondToFinding(): Promise<string> {
  let ending: Ending | undefined;
  setHandler(defineSignal<[unknown]>('observed'), () => {});
  setHandler(defineSignal<[Ending]>('end'), (given) => {
    ending = given;
  });
  await condition(() => ending !== undefined);
  const { state, watermark, seen, fingerprint } = ending ?? { state: 'failed' };
  upsertSearchAttributes([{ key: caseState, value: state }]);
  // An upsert of nothing is refused by the server, and the task fails for ever.
  if (watermark !== undefined) upsertMemo({ watermark });
  if (seen !== undefined) upsertMemo({ seen });
  if (fingerprint !== undefined) upsertMemo({ fingerprint });
  return state;
}
