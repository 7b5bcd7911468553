import { sleep } from '@temporalio/workflow';
import { caseStates, type CaseState, type ClosedBefore } from '../../model/case.ts';
import { compareTimes } from '../../model/finding-time.ts';
import { type CaseFile, note } from '../case-file.ts';
import { fetchFinding } from './first-look.ts';

/** How the run before this one ended, where SCC says nothing that it did not know. */
export interface NothingNew {
  readonly state: CaseState;
  readonly before: ClosedBefore;
}

/** SCC's lists may be behind its notifications: it is asked again, seconds later, before a message counts for nothing. */
const pauseSeconds = 20;
/** With messages that go on coming, people are asked after so many looks. */
const mostLooks = 10;

/**
 * Whether a message opened the case again though SCC, read live, says only what the run before it knew: a message can say any time. Null where there
 * is something new, or where that run was withdrawn: the finding is no longer at rest.
 */
export async function nothingNew(file: CaseFile): Promise<NothingNew | null> {
  for (let look = 0; look < mostLooks; look += 1) {
    const known = asBefore(file);
    if (known === null) return null;
    if (look > 0 && file.observed === null) return known;
    note(file, `SCC says nothing new; it is asked again in ${pauseSeconds} s`);
    await sleep(pauseSeconds * 1000, { summary: 'SCC says nothing new: a second look' });
    // What is reported while SCC answers may be newer than its answer.
    file.observed = null;
    await fetchFinding(file);
  }
  return null;
}

function asBefore({ fetched, proposal, input: { before, alarm, reopened } }: CaseFile): NothingNew | null {
  const { watermark, fingerprint } = before ?? {};
  if (before === undefined || watermark === undefined || alarm !== undefined || reopened !== undefined) return null;
  // People have been asked already.
  if (proposal !== null) return null;
  if (fetched?.confirmation !== 'confirmed') return null;
  const state = caseStates.find((one) => one === before.state);
  if (state === undefined || state === 'withdrawn') return null;
  const same = fetched.fingerprint === fingerprint && compareTimes(fetched.finding.eventTime, watermark) <= 0;
  return same ? { state, before } : null;
}
