import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaseView } from '../model/case.ts';
import { decideMessage } from '../model/temporal-names.ts';
import { newSigningKey } from '../runtime/signatures.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
let eve: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  eve = await system.addAnalyst('eve', ['approver'], '2020-01-01T00:00:00Z');
});
afterAll(() => system.close());

async function proposedCase(): Promise<CaseView> {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  return system.until(scenario.caseId, ['proposed']);
}

const evict = (view: CaseView) => {
  const offered = view.proposal!.plans.find(({ plan }) => plan.kind === 'evict')!;
  return { kind: 'plan', plan: offered.digest } as const;
};

describe('promise 3: a decision that does not hold is answered with its reason and changes nothing', () => {
  let view: CaseView;
  beforeAll(async () => {
    view = await proposedCase();
  });

  test.each<[string, string, RegExp, () => Promise<unknown>]>([
    [
      'with a forged signature',
      'not-authorised',
      /does not match/,
      async () => {
        const [real, other] = [
          await system.sign(view, ana, evict(view)),
          await system.sign(view, ana, { kind: 'dismiss' }),
        ];
        return { ...real, signature: other.signature };
      },
    ],
    [
      'by an unknown analyst',
      'not-authorised',
      /not on the roster/,
      async () => system.sign(view, { id: 'mal', key: await newSigningKey('mal') }, evict(view)),
    ],
    ['with an expired credential', 'not-authorised', /expired/, () => system.sign(view, eve, evict(view))],
    [
      'in another’s name',
      'not-authorised',
      /another approver/,
      () => system.sign(view, ana, evict(view), { approver: 'ben' }),
    ],
    [
      'signed tomorrow',
      'not-authorised',
      /future/,
      () => system.sign(view, ana, evict(view), { signedAt: new Date(Date.now() + 86_400_000).toISOString() }),
    ],
    [
      'for another case',
      'not-authorised',
      /another case/,
      () => system.sign(view, ana, evict(view), { case: 'finding-1-other' }),
    ],
    [
      'for another run',
      'not-authorised',
      /another run/,
      () => system.sign(view, ana, evict(view), { run: randomUUID() }),
    ],
    [
      'for a plan that is not offered',
      'stale',
      /no longer proposed/,
      () => system.sign(view, ana, { kind: 'plan', plan: 'f'.repeat(64) }),
    ],
    [
      'to dismiss another proposal',
      'stale',
      /no longer proposed/,
      () => system.sign(view, ana, { kind: 'dismiss' }, { proposal: 'f'.repeat(64) }),
    ],
  ])('%s: %s', async (_how, outcome, detail, make) => {
    const before = system.changes().length;
    const message = await make();
    const answer = await system.send(view.id, message);
    expect(answer.outcome).toBe(outcome);
    expect(answer.detail).toMatch(detail);
    // The same as a signal, where nobody is answered: it changes nothing either.
    await system.client.workflow.getHandle(view.id).signal(decideMessage, message);
    expect((await system.view(view.id)).state).toBe('proposed');
    expect(system.changes()).toHaveLength(before);
  });

  test.each([
    ['null', null],
    ['a number', 17],
    ['no parts', {}],
    ['parts that are no base64url', { payload: '{}', protected: '{}', signature: '{}' }],
    ['a payload that is no decision', { payload: 'e30', protected: 'e30', signature: 'e30' }],
    ['more than 8 KiB', { payload: 'a'.repeat(9_000), protected: 'a', signature: 'a' }],
  ])('malformed (%s): rejected by the validator as an update, ignored as a signal', async (_what, message) => {
    await expect(system.send(view.id, message)).rejects.toThrow(WorkflowUpdateFailedError);
    await system.client.workflow.getHandle(view.id).signal(decideMessage, message);
    expect((await system.view(view.id)).state).toBe('proposed');
  });
});

test('noise cannot keep a decision out: after 70 forged ones they are turned away, and the real one is accepted', async () => {
  const view = await proposedCase();
  const mallory = { id: 'mal', key: await newSigningKey('mal') };
  const outcomes: string[] = [];
  for (let count = 0; count < 70; count += 1) {
    const forged = await system.sign(view, mallory, evict(view));
    outcomes.push(
      await system.send(view.id, forged).then(
        ({ outcome }) => outcome,
        () => 'turned away',
      ),
    );
  }
  expect(outcomes.filter((outcome) => outcome === 'not-authorised')).toHaveLength(50);
  expect(outcomes.filter((outcome) => outcome === 'turned away')).toHaveLength(20);
  expect((await system.approve(view, ana, 'evict')).outcome).toBe('accepted');
  expect((await system.until(view.id, ['contained', 'failed'])).state).toBe('contained');
});

test('the same decision by update and by signal, twice each, is one vote; a second one is too late; after closing none is taken', async () => {
  const view = await proposedCase();
  const handle = system.client.workflow.getHandle(view.id);
  const decision = await system.sign(view, ana, evict(view));
  const sent = await Promise.all([
    system.send(view.id, decision),
    handle.signal(decideMessage, decision),
    system.send(view.id, decision),
    handle.signal(decideMessage, decision),
  ]);
  const outcomes = sent.flatMap((answer) => (answer ? [answer.outcome] : []));
  expect(outcomes.every((outcome) => outcome === 'accepted' || outcome === 'duplicate')).toBe(true);
  const second = await system.send(view.id, await system.sign(view, ana, { kind: 'dismiss' })).then(
    ({ outcome }) => outcome,
    () => 'closed',
  );
  expect(['too-late', 'closed']).toContain(second);
  const done = await system.until(view.id, ['contained', 'failed']);
  expect(done.decisions.filter(({ answer }) => answer.outcome === 'accepted')).toHaveLength(1);
  await handle.result();
  await expect(system.send(view.id, await system.sign(view, ana, evict(view)))).rejects.toThrow(/not found|completed/i);
});

test.each([
  ['dismiss', 'dismissed'],
  ['hand-over', 'handed-over'],
] as const)('%s ends the case as %s and changes nothing', async (kind, state) => {
  const view = await proposedCase();
  const before = system.changes().length;
  expect((await system.send(view.id, await system.sign(view, ana, { kind }))).outcome).toBe('accepted');
  expect((await system.until(view.id, [state])).reason).toContain('ana');
  expect(system.changes()).toHaveLength(before);
});

test('promise 4: a vote by one who lacks the role is not authorised', async () => {
  const view = await proposedCase();
  const vic = await system.addAnalyst('vic', ['viewer']);
  expect((await system.approve(view, vic, 'evict')).outcome).toBe('not-authorised');
});
