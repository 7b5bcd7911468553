import { uuid4 } from '@temporalio/workflow';
import { openBallot } from '../../model/decide.ts';
import type { Proposal } from '../../model/proposal.ts';
import { sixWords } from '../../model/words.ts';
import { callsForRevision, makeProposal } from '../assessment/propose.ts';
import { type CaseFile, findingOf, moveTo, note, recordedTime } from '../case-file.ts';
import { playbookFor } from '../playbooks/select-playbook.ts';

/** What is fixed while one window for decisions is open. */
export interface Window {
  readonly openedAt: string;
  readonly expiresAt: string;
  readonly nonce: string;
}

/** Opens a window: proposes, and says so. */
export function propose(file: CaseFile): Window {
  const openedAt = new Date(recordedTime(file));
  const expiresAt = new Date(openedAt.getTime() + file.input.times.expiry * 1000);
  const window = { openedAt: openedAt.toISOString(), expiresAt: expiresAt.toISOString(), nonce: uuid4() };
  const proposal = proposalFor(file, window, null);
  show(file, proposal);
  file.lookedAt = Date.now();
  moveTo(file, 'proposed', recommendationText(proposal));
  return window;
}

/** Looks whether late answers call for a new revision; shows them either way. */
export function reconsider(file: CaseFile, window: Window): void {
  const { proposal } = file;
  if (proposal === null) return;
  const next = proposalFor(file, window, proposal);
  file.assessment = next.assessment;
  if (!callsForRevision(proposal, next)) {
    note(file, 'looked again; plans, recommendation and verdict stay as they are');
    return;
  }
  show(file, next);
  moveTo(file, 'proposed', `revision ${next.revision}: ${recommendationText(next)}`);
}

function proposalFor(file: CaseFile, window: Window, previous: Proposal | null): Proposal {
  const { investigation, input } = file;
  if (investigation === null) throw new TypeError('a proposal follows an investigation');
  return makeProposal({
    case: file.id,
    run: file.run,
    playbook: playbookFor(findingOf(file)),
    investigation,
    times: input.times,
    rails: input.rails,
    ...window,
    tried: file.tried,
    failures: file.failures,
    ...(file.baseline !== undefined && { baseline: file.baseline }),
    ...(file.unfinished !== null && { unfinished: file.unfinished }),
    ...(input.alarm !== undefined && { alarm: input.alarm }),
    previous,
  });
}

function show(file: CaseFile, proposal: Proposal): void {
  file.proposal = proposal;
  file.assessment = proposal.assessment;
  file.book = openBallot(file.book, proposal);
}

/** What is recommended and why; a plan with the six words of its digest, which people compare. */
export function recommendationText({ recommendation, plans }: Pick<Proposal, 'recommendation' | 'plans'>): string {
  const plan = plans.find(({ id }) => id === recommendation.plan);
  const what = plan === undefined ? recommendation.choice : `${plan.id} (${sixWords(plan.digest)})`;
  return `recommended is ${what}: ${recommendation.reason}`;
}
