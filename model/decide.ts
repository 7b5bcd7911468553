import type { Choice, Decision, DecisionAnswer, DecisionOutcome, DecisionRecord } from './decision.ts';
import type { Quorum } from './plan.ts';
import type { Proposal } from './proposal.ts';

/** The answers that change nothing in the cloud need one approver. */
const noChangeQuorum: Quorum = { approvers: 1, role: 'approver' };

/** A decision whose signature, approver and credential hold. */
export interface VerifiedDecision {
  readonly decision: Decision;
  readonly roles: readonly string[];
  /** Whose vote it is: one person has one, by whatever name and key. */
  readonly person: string;
}

/** A choice that has its quorum, and the decisions that gave it. */
export interface Settled {
  readonly choice: Choice;
  readonly decisions: readonly Decision[];
}

/** What a case remembers about decisions. A value: `decide` makes the next one. */
export interface DecisionBook {
  readonly case: string;
  readonly run: string;
  /** `not-open`: nothing proposed yet. `over`: settled, expired or withdrawn. */
  readonly window: 'not-open' | 'open' | 'over';
  /** What can be voted for; a plan by digest. */
  readonly ballot: {
    readonly proposal: string;
    readonly plans: Readonly<Record<string, Quorum>>;
    /** Plans that are shown and cannot be chosen, with the reason. */
    readonly unavailable: Readonly<Record<string, string>>;
  } | null;
  readonly votes: readonly VerifiedDecision[];
  /** Every verified decision and its answer, in the order of arrival. */
  readonly records: readonly DecisionRecord[];
  readonly settled: Settled | null;
}

/** A book with nothing in it. */
export function emptyBook(caseId: string, run: string): DecisionBook {
  return { case: caseId, run, window: 'not-open', ballot: null, votes: [], records: [], settled: null };
}

/**
 * Opens the window for a proposal, or for a new revision of it. Votes for plans that are still offered, digest for digest, stay; votes to
 * dismiss or hand over hold for one proposal only.
 */
export function openBallot(book: DecisionBook, proposal: Pick<Proposal, 'digest' | 'plans'>): DecisionBook {
  const plans = Object.fromEntries(
    proposal.plans.flatMap(({ digest, plan, unavailable: reason }) =>
      reason === undefined ? [[digest, plan.quorum]] : [],
    ),
  );
  const unavailable = Object.fromEntries(
    proposal.plans.flatMap(({ digest, unavailable: reason }) => (reason === undefined ? [] : [[digest, reason]])),
  );
  const votes = book.votes.filter(({ decision: { choice, proposal: seen } }) =>
    choice.kind === 'plan' ? Object.hasOwn(plans, choice.plan) : seen === proposal.digest,
  );
  return { ...book, window: 'open', ballot: { proposal: proposal.digest, plans, unavailable }, votes, settled: null };
}

/** Closes the window: nothing is accepted any more until the next ballot. */
export function closeBallot(book: DecisionBook): DecisionBook {
  return { ...book, window: 'over' };
}

/** Forgets votes and ballot, as when a settled plan turned out not to apply and must be asked for again. */
export function discardVotes(book: DecisionBook): DecisionBook {
  return { ...book, window: 'not-open', ballot: null, votes: [], settled: null };
}

/** Answers a verified decision: the next book, and what the sender is told. Total: never throws. */
export function decide(
  book: DecisionBook,
  verified: VerifiedDecision,
  receivedAt: string,
): { readonly book: DecisionBook; readonly answer: DecisionAnswer } {
  const { decision } = verified;
  const earlier = book.records.find((record) => record.decision.id === decision.id);
  if (earlier !== undefined) return { book, answer: duplicateOf(earlier.answer) };

  const judged = judge(book, verified);
  const votes = judged.counts ? [...book.votes, verified] : book.votes;
  const settled = judged.counts ? settle(votes, verified, judged.quorum) : null;
  const outcome: DecisionOutcome = !judged.counts ? judged.outcome : settled === null ? 'recorded' : 'accepted';
  const detail = !judged.counts
    ? judged.detail
    : settled === null
      ? waitingText(votes, decision.choice, judged.quorum)
      : '';
  const answer: DecisionAnswer = { decision: decision.id, outcome, detail };
  return {
    answer,
    book: {
      ...book,
      votes,
      records: [...book.records, { decision, answer, receivedAt }],
      ...(settled !== null && { settled, window: 'over' as const }),
    },
  };
}

type Judgement =
  | { readonly counts: true; readonly quorum: Quorum }
  | { readonly counts: false; readonly outcome: DecisionOutcome; readonly detail: string };

function refuse(outcome: DecisionOutcome, detail: string): Judgement {
  return { counts: false, outcome, detail };
}

function judge(book: DecisionBook, { decision, roles, person }: VerifiedDecision): Judgement {
  if (decision.case !== book.case) return refuse('not-authorised', 'it was signed for another case');
  if (decision.run !== book.run) return refuse('not-authorised', 'it was signed for another run of this case');
  if (book.window === 'over') return refuse('too-late', 'the case no longer waits for a decision');
  if (book.window === 'not-open' || book.ballot === null)
    return refuse('stale', 'nothing is proposed now; look at the case again');
  const { choice } = decision;
  if (choice.kind === 'plan' && Object.hasOwn(book.ballot.unavailable, choice.plan))
    return refuse('not-authorised', `this plan cannot be chosen: ${book.ballot.unavailable[choice.plan] ?? ''}`);
  const quorum = quorumFor(book.ballot, decision);
  if (quorum === undefined) return refuse('stale', 'what it answers is no longer proposed; look at the case again');
  if (!roles.includes(quorum.role)) return refuse('not-authorised', `it needs the role ${quorum.role}`);
  if (book.votes.some((vote) => vote.person === person)) {
    return refuse('already-voted', 'this person has voted; one vote each');
  }
  return { counts: true, quorum };
}

function quorumFor(ballot: NonNullable<DecisionBook['ballot']>, { choice, proposal }: Decision): Quorum | undefined {
  if (choice.kind === 'plan') return Object.hasOwn(ballot.plans, choice.plan) ? ballot.plans[choice.plan] : undefined;
  return proposal === ballot.proposal ? noChangeQuorum : undefined;
}

function sameChoice(left: Choice, right: Choice): boolean {
  return left.kind === 'plan' ? right.kind === 'plan' && left.plan === right.plan : left.kind === right.kind;
}

function settle(votes: readonly VerifiedDecision[], { decision }: VerifiedDecision, quorum: Quorum): Settled | null {
  const agreeing = votes.filter(
    (vote) => sameChoice(vote.decision.choice, decision.choice) && vote.roles.includes(quorum.role),
  );
  if (new Set(agreeing.map((vote) => vote.person)).size < quorum.approvers) return null;
  return { choice: decision.choice, decisions: agreeing.map((vote) => vote.decision) };
}

function waitingText(votes: readonly VerifiedDecision[], choice: Choice, quorum: Quorum): string {
  const have = votes.filter((vote) => sameChoice(vote.decision.choice, choice)).length;
  return `${have} of ${quorum.approvers} approvers with the role ${quorum.role}`;
}

function duplicateOf(first: DecisionAnswer): DecisionAnswer {
  const { outcome } = first;
  return outcome === 'duplicate'
    ? first
    : { decision: first.decision, outcome: 'duplicate', detail: first.detail, first: outcome };
}
