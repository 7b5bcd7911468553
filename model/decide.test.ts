import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeBallot, decide, type DecisionBook, emptyBook, openBallot, type VerifiedDecision } from './decide.ts';
import type { Choice, Decision, DecisionOutcome } from './decision.ts';
import type { OfferedPlan, Quorum } from './plan.ts';

const digestA = 'a'.repeat(64);
const digestB = 'b'.repeat(64);
const proposal1 = '1'.repeat(64);
const proposal2 = '2'.repeat(64);

function offered(digest: string, quorum: Quorum = { approvers: 1, role: 'approver' }): OfferedPlan {
  return { id: `evict-${digest.slice(0, 6)}`, digest, recommended: false, plan: { quorum } as OfferedPlan['plan'] };
}

function signed(change: Partial<Decision> = {}, roles: readonly string[] = ['approver']): VerifiedDecision {
  const decision: Decision = {
    type: 'firebreak.decision.v1',
    id: 'd1',
    case: 'finding-1-f',
    run: 'run-1',
    proposal: proposal1,
    choice: { kind: 'plan', plan: digestA },
    reason: 'seen',
    approver: 'ana',
    credential: 'ana-1',
    signedAt: '2026-11-21T03:00:00Z',
    ...change,
  };
  return { decision, roles };
}

const open = (plans = [offered(digestA), offered(digestB)], digest = proposal1): DecisionBook =>
  openBallot(emptyBook('finding-1-f', 'run-1'), { digest, plans });

const answerOf = (book: DecisionBook, verified: VerifiedDecision) => decide(book, verified, '2026-11-21T03:00:01Z');

describe('a decision is answered', () => {
  test.each<[DecisionOutcome, string, DecisionBook, VerifiedDecision]>([
    ['accepted', 'for a plan that is offered', open(), signed()],
    ['accepted', 'for dismissing the proposal that was seen', open(), signed({ choice: { kind: 'dismiss' } })],
    [
      'recorded',
      'while the quorum is not reached',
      open([offered(digestA, { approvers: 2, role: 'approver' })]),
      signed(),
    ],
    ['stale', 'for a plan that is not offered', open([offered(digestB)]), signed()],
    ['stale', 'for dismissing an older proposal', open(undefined, proposal2), signed({ choice: { kind: 'dismiss' } })],
    ['stale', 'while nothing is proposed', emptyBook('finding-1-f', 'run-1'), signed()],
    ['too-late', 'when the window is over', closeBallot(open()), signed()],
    ['not-authorised', 'when signed for another case', open(), signed({ case: 'finding-1-g' })],
    ['not-authorised', 'when signed for another run', open(), signed({ run: 'run-0' })],
    ['not-authorised', 'without the role that the plan asks for', open(), signed({}, ['viewer'])],
    [
      'stale',
      'for a plan named like an inherited property',
      open(),
      signed({ choice: { kind: 'plan', plan: 'constructor' } }),
    ],
  ])('%s %s', (outcome, _when, book, verified) => {
    expect(answerOf(book, verified).answer.outcome).toBe(outcome);
  });

  test('duplicate with the first answer when the same id comes again, whatever happened since', () => {
    const { book } = answerOf(open(), signed());
    const again = answerOf(closeBallot(book), signed());
    expect(again.answer).toMatchObject({ outcome: 'duplicate', first: 'accepted' });
    expect(again.book.records).toHaveLength(1);
  });

  test('already-voted when one approver votes twice, and the second vote counts for nothing', () => {
    const plans = [offered(digestA, { approvers: 2, role: 'approver' }), offered(digestB)];
    const first = answerOf(open(plans), signed());
    const second = answerOf(first.book, signed({ id: 'd2', choice: { kind: 'plan', plan: digestB } }));
    expect(second.answer.outcome).toBe('already-voted');
    expect(second.book.settled).toBeNull();
  });
});

describe('promise 4: exactly what was approved', () => {
  const two: Quorum = { approvers: 2, role: 'approver' };

  test('a vote for a plan survives a revision that leaves its digest alone', () => {
    const first = answerOf(open([offered(digestA, two)]), signed());
    const revised = openBallot(first.book, { digest: proposal2, plans: [offered(digestA, two), offered(digestB)] });
    const second = answerOf(revised, signed({ id: 'd2', approver: 'ben', proposal: proposal2 }));
    expect(second.answer.outcome).toBe('accepted');
    expect(second.book.settled?.decisions.map(({ approver }) => approver)).toEqual(['ana', 'ben']);
  });

  test('a vote for a plan that changed is dropped, and its approver may vote again', () => {
    const first = answerOf(open([offered(digestA, two)]), signed());
    const revised = openBallot(first.book, { digest: proposal2, plans: [offered(digestB)] });
    expect(answerOf(revised, signed({ id: 'd2', choice: { kind: 'plan', plan: digestB } })).answer.outcome).toBe(
      'accepted',
    );
  });
});

/** What the reducer must do, said in the plainest way: replay all messages from the start over a set of votes. */
describe('promise 3: no sequence of messages settles anything without a quorum of distinct approvers', () => {
  const choice = fc.constantFrom<Choice>(
    { kind: 'plan', plan: digestA },
    { kind: 'plan', plan: digestB },
    { kind: 'dismiss' },
    { kind: 'hand-over' },
  );
  const message = fc.record({
    id: fc.constantFrom('d1', 'd2', 'd3', 'd4'),
    case: fc.constantFrom('finding-1-f', 'finding-1-f', 'finding-1-f', 'finding-1-g'),
    run: fc.constantFrom('run-1', 'run-1', 'run-1', 'run-0'),
    proposal: fc.constantFrom(proposal1, proposal2),
    choice,
    approver: fc.constantFrom('ana', 'ben', 'cem'),
    roles: fc.constantFrom<readonly string[]>(['approver'], ['approver', 'lead'], ['viewer'], ['lead']),
  });
  const step = fc.oneof(
    { weight: 6, arbitrary: message.map((value) => ({ kind: 'message' as const, value })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(proposal1, proposal2).map((digest) => ({ kind: 'ballot' as const, digest })),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'close' as const }) },
  );
  const quorums: Record<string, Quorum> = {
    [digestA]: { approvers: 1, role: 'approver' },
    [digestB]: { approvers: 2, role: 'lead' },
  };
  const plansOf = (digest: string) =>
    digest === proposal1
      ? [offered(digestA, quorums[digestA]), offered(digestB, quorums[digestB])]
      : [offered(digestB, quorums[digestB])];

  test('for random messages, ballots and closings', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let book = emptyBook('finding-1-f', 'run-1');
        for (const each of steps) {
          if (each.kind === 'ballot') book = openBallot(book, { digest: each.digest, plans: plansOf(each.digest) });
          else if (each.kind === 'close') book = closeBallot(book);
          else {
            const { roles, ...rest } = each.value;
            const before = book;
            const answered = answerOf(book, signed(rest, roles));
            book = answered.book;
            expect(before.records.filter(({ decision }) => decision.id === rest.id).length === 1).toBe(
              answered.answer.outcome === 'duplicate',
            );
            if (answered.answer.outcome === 'accepted') checkSettled(book);
            else expect(book.settled).toEqual(before.settled);
          }
          expect(new Set(book.votes.map(({ decision }) => decision.approver)).size).toBe(book.votes.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  function checkSettled(book: DecisionBook): void {
    const settled = book.settled;
    expect(settled).not.toBeNull();
    const quorum =
      settled!.choice.kind === 'plan' ? quorums[settled!.choice.plan]! : { approvers: 1, role: 'approver' };
    const voters = settled!.decisions.map(({ approver }) =>
      book.votes.find(({ decision }) => decision.approver === approver)!,
    );
    expect(new Set(settled!.decisions.map(({ approver }) => approver)).size).toBeGreaterThanOrEqual(quorum.approvers);
    for (const { decision, roles } of voters) {
      expect(roles).toContain(quorum.role);
      expect(decision.choice).toEqual(settled!.choice);
      expect(decision).toMatchObject({ case: 'finding-1-f', run: 'run-1' });
    }
  }
});
