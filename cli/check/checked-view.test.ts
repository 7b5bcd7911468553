import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../../model/case.ts';
import { digestOf } from '../../model/digest.ts';
import type { SignedObservation } from '../../model/observation.ts';
import type { OfferedPlan, Plan } from '../../model/plan.ts';
import type { Proposal } from '../../model/proposal.ts';
import { readRoleKey } from '../../runtime/first-trust.ts';
import { newSigningKey, signJson, type SigningKey } from '../../runtime/signatures.ts';
import { proposalDigest } from '../../workflows/assessment/propose.ts';
import { seedScenario } from '../../test/support/scenario.ts';
import { type Analyst, startSystem, type System } from '../../test/support/system.ts';
import { checkedView, type CheckedView } from './checked-view.ts';
import { ownKnowledge } from './own-knowledge.ts';

let system: System;
let ana: Analyst;
/** A case that waits for a decision, one that is contained, and another one. */
let view: CaseView;
let done: CaseView;
let other: CaseView;
let observeKey: SigningKey;
let respondKey: SigningKey;
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_WATCH_SECONDS: '0',
    FIREBREAK_QUARANTINE_ACCOUNT: 'nobody@rhea-prod-4421.iam.gserviceaccount.com',
  });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  observeKey = await readRoleKey(system.paths, 'observe');
  respondKey = await readRoleKey(system.paths, 'respond');
  view = await proposed();
  other = await proposed();
  const third = await proposed();
  await system.approve(third, ana, 'evict');
  done = await system.until(third.id, ['contained', 'failed']);
});
afterAll(() => system.close());

async function proposed(): Promise<CaseView> {
  const { notification, caseId } = seedScenario(system.sandbox);
  system.sandbox.control.publish(notification);
  return system.until(caseId, ['proposed'], ({ investigation }) => investigation?.identity.status === 'answered');
}

const check = async (given: CaseView, purpose: 'looking' | 'deciding' = 'deciding'): Promise<CheckedView> =>
  checkedView(given, { ...(await ownKnowledge(system.configuration)), purpose });

/** What somebody would answer who knows how digests are made: all of them made anew. */
function redone(given: CaseView, change: (plan: OfferedPlan, all: readonly OfferedPlan[]) => Plan): CaseView {
  const proposal = given.proposal!;
  const plans = proposal.plans.map((offered) => {
    const plan = change(offered, proposal.plans);
    const digest = digestOf(plan);
    return { ...offered, plan, digest, id: `${plan.kind}-${digest.slice(0, 6)}` };
  });
  const recommended = plans.find((plan) => plan.recommended);
  const recommendation = { ...proposal.recommendation, ...(recommended && { plan: recommended.id }) };
  return proposing(given, { plans, recommendation });
}

function proposing(given: CaseView, change: Partial<Proposal>): CaseView {
  const proposal = { ...given.proposal!, ...change };
  return { ...given, proposal: { ...proposal, digest: proposalDigest({ case: given.id, run: given.run }, proposal) } };
}

const evicting = (change: (plan: Plan) => Plan) => (given: CaseView) =>
  redone(given, ({ plan }) => (plan.kind === 'evict' ? change(plan) : plan));

const withSettings = (given: CaseView, value: object): CaseView => {
  const { settings } = given.investigation!;
  if (settings.status !== 'answered') throw new Error('no settings');
  return {
    ...given,
    investigation: {
      ...given.investigation!,
      settings: { status: 'answered', value: { ...settings.value, ...value } },
    },
  };
};

const said = ({ problems }: CheckedView): string => problems.map(({ text }) => text).join('\n');

test('a genuine case holds, waiting or contained: every plan that can be chosen may be approved', async () => {
  for (const genuine of [view, other, done]) {
    const checked = await check(genuine, 'looking');
    expect(said(checked)).toBe('');
    expect(checked.plans.map(({ holds }) => holds)).toEqual(genuine.proposal!.plans.map(() => true));
    expect(checked.plans.map(({ offered }) => offered)).toEqual(genuine.proposal!.plans);
    expect(checked.held.join('\n')).toMatch(
      /the finding: signed by observe[^]*the settings: signed[^]*the proposal: its digest/,
    );
  }
  expect((await check(done, 'looking')).held.join('\n')).toContain('2 receipts: signed by respond workers');
});

test.each<[string, RegExp, (given: CaseView) => CaseView]>([
  [
    'the texts of one plan and the actions of another',
    /plan scale-to-zero-.*: its title is not what this machine makes[^]*its stops is not/,
    (given) =>
      redone(given, ({ plan }, all) => {
        const evict = all.find(({ plan: { kind } }) => kind === 'evict')!.plan;
        return plan.kind === 'scale-to-zero' ? { ...evict, kind: 'scale-to-zero', actions: plan.actions } : plan;
      }),
  ],
  [
    'another target',
    /it changes projects\/rhea-prod-4421 · location europe-west1 · service vault, which is not the finding’s resource/,
    evicting((plan) => ({
      ...plan,
      actions: plan.actions.map((action) => ({ ...action, target: { ...action.target, name: 'vault' } })),
    })),
  ],
  [
    'another change',
    /the change of its action a1 is not what this machine makes/,
    evicting((plan) => ({
      ...plan,
      actions: plan.actions.map((action) => ({ ...action, change: { ...action.change, invokerIamDisabled: true } })),
    })),
  ],
  ['one text altered', /its breaks is not/, evicting((plan) => ({ ...plan, breaks: ['nothing'] }))],
  ['a longer life', /its notAfter is not/, evicting((plan) => ({ ...plan, notAfter: '2099-01-01T00:00:00Z' }))],
  [
    'less than the quorum',
    /plan delete-service-.*its quorum is not/,
    (given) =>
      redone(given, ({ plan }) =>
        plan.kind === 'delete-service' ? { ...plan, quorum: { approvers: 1, role: 'approver' } } : plan,
      ),
  ],
  ['a nonce of its own', /its nonce is not/, evicting((plan) => ({ ...plan, nonce: 'somebody' }))],
  ['a field that no plan has', /malformed plan/, evicting((plan) => ({ ...plan, extra: 1 }) as Plan)],
  [
    'a plan that this machine does not make',
    /plan restrict-.*it is none that this machine makes/,
    evicting((plan) => ({ ...plan, kind: 'restrict-everything' })),
  ],
  [
    'settings altered',
    /the settings: not known.*something else/,
    (given) => withSettings(given, { serviceAccount: 'x' }),
  ],
  [
    'another finding',
    /the finding: not known.*something else/,
    (given) => ({ ...given, finding: { ...given.finding, description: 'harmless' } }),
  ],
  ['another heading', /its heading is not/, (given) => ({ ...given, category: 'Something Else' })],
  [
    'a known-good revision that no log shows',
    /the past traffic: not known/,
    (given) => {
      const { logs } = given.investigation!;
      if (logs.status !== 'answered') throw new Error('no logs');
      const at = '2026-11-01T00:00:00Z';
      const planted = { revision: 'checkout-api-00001', days: 9, firstAt: at, lastAt: at };
      const value = { ...logs.value, carriedTraffic: { status: 'answered', value: [planted] } as const };
      return { ...given, investigation: { ...given.investigation!, logs: { status: 'answered', value } } };
    },
  ],
  [
    'logs altered',
    /the container logs: not known/,
    (given) => {
      const { logs } = given.investigation!;
      if (logs.status !== 'answered') throw new Error('no logs');
      const value = { ...logs.value, entries: 0 };
      return { ...given, investigation: { ...given.investigation!, logs: { status: 'answered', value } } };
    },
  ],
  [
    'no signature of the settings',
    /the settings: not known: the answer is not signed by observe$/m,
    unsealed('settings'),
  ],
  ['no signature of the finding', /the finding: not known: the answer is not signed by observe$/m, unsealed('finding')],
  [
    'the signatures of another case',
    /the settings: not known.*another case or run/,
    (given) => ({ ...given, seals: other.seals }),
  ],
  [
    'plans though SCC has not confirmed the finding',
    /it is none that this machine makes/,
    (given) => ({ ...given, confirmed: 'not-found' }),
  ],
  [
    'another plan marked as recommended',
    /marks another plan/,
    (given) => ({
      ...given,
      proposal: {
        ...given.proposal!,
        plans: given.proposal!.plans.map((plan) => ({ ...plan, recommended: plan.plan.kind === 'scale-to-zero' })),
      },
    }),
  ],
  [
    'a digest altered',
    /its digest is not that of its text/,
    (given) => firstPlan(given, (plan) => ({ ...plan, digest: 'f'.repeat(64) })),
  ],
  [
    'the digits of an id altered',
    /its id is not that of its digest/,
    (given) => firstPlan(given, (plan) => ({ ...plan, id: `${plan.plan.kind}-000000` })),
  ],
])('a case with %s offers no plan, and can still be ended by people', async (_what, problem, forge) => {
  const checked = await check(forge(view));
  expect(said(checked)).toMatch(problem);
  expect(checked.plans.filter(({ holds }) => holds)).toEqual([]);
  expect(checked.problems.filter(({ stops }) => stops === 'answers')).toEqual([]);
});

function unsealed(part: keyof CaseView['seals']): (given: CaseView) => CaseView {
  return (given) => ({
    ...given,
    seals: Object.fromEntries(Object.entries(given.seals).filter(([name]) => name !== part)),
  });
}

function firstPlan(given: CaseView, change: (plan: OfferedPlan) => OfferedPlan): CaseView {
  const [first, ...rest] = given.proposal!.plans;
  return proposing(given, { plans: [change(first!), ...rest] });
}

async function sealedBy(key: SigningKey, run: string): Promise<CaseView> {
  const settings = { sha256: digestOf(answered(view.investigation!.settings)) };
  const at = new Date().toISOString();
  const seal: SignedObservation = await signJson(
    { type: 'firebreak.observation.v1', case: view.id, run, at, settings },
    'firebreak.observation.v1',
    key,
  );
  return { ...view, seals: { ...view.seals, settings: seal } };
}

function answered<T>(answer: { readonly status: string; readonly value?: T }): T {
  if (answer.value === undefined) throw new Error('not answered');
  return answer.value;
}

test('the settings count with a signature of observe for this run, and with no other', async () => {
  expect(said(await check(await sealedBy(observeKey, view.run)))).toBe('');
  for (const [key, run] of [
    [observeKey, other.run],
    [respondKey, view.run],
    [await newSigningKey('observe'), view.run],
  ] as const)
    expect(said(await check(await sealedBy(key, run)))).toMatch(/^the settings: not known/m);
});

test('what is not signed is not shown as known; what no plan rests on stops none', async () => {
  const nearby = await check(unsealed('related')(view));
  expect(nearby.view.investigation?.related).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('not signed'),
  });
  expect(nearby.problems).toMatchObject([{ stops: 'nothing' }]);
  expect(nearby.plans.every(({ holds }) => holds)).toBe(true);
  const settings = await check(unsealed('settings')(view));
  expect(settings.view.investigation?.settings).toMatchObject({ status: 'failed' });
});

test('a proposal whose digest is not that of its text is answered by nobody', async () => {
  const { proposal } = view;
  for (const change of [
    { digest: 'a'.repeat(64) },
    { assessment: { ...proposal!.assessment, summary: 'It is benign.' } },
    { recommendation: { ...proposal!.recommendation, reason: 'because' } },
  ]) {
    const { problems } = await check({ ...view, proposal: { ...proposal!, ...change } });
    expect(problems).toEqual([{ text: 'the digest of the proposal is not that of its text', stops: 'answers' }]);
  }
});

test('receipts count as respond has signed them for this run', async () => {
  const [first] = done.signedReceipts;
  const [receipt] = done.receipts;
  const forged = await signJson(receipt, 'firebreak.receipt.v1', await newSigningKey('respond'));
  const elsewhere = await signJson({ ...receipt, run: view.run }, 'firebreak.receipt.v1', respondKey);
  for (const signedReceipts of [
    [],
    [first!],
    [forged, done.signedReceipts[1]!],
    [elsewhere, done.signedReceipts[1]!],
    done.signedReceipts.toReversed(),
  ])
    expect((await check({ ...done, signedReceipts }, 'looking')).problems).not.toEqual([]);
  const altered = { ...done, receipts: done.receipts.map((one) => ({ ...one, detail: 'all is well' })) };
  expect(said(await check(altered, 'looking'))).toContain('receipt 1: what respond has signed says something else');
});

test('whatever state a case claims to be in, a plan is made again before it is signed', async () => {
  const forged = evicting((plan) => ({ ...plan, breaks: ['nothing'] }))({ ...view, state: 'verifying' });
  expect(said(await check(forged))).toContain('its breaks is not');
});

test('a plan that needs an account which this machine does not know is not approved from it; the others are', async () => {
  const own = await ownKnowledge(system.configuration);
  const { quarantineAccount: _known, ...rails } = own.rails;
  const unknown = await checkedView(view, { ...own, rails, purpose: 'deciding' });
  const quarantine = view.proposal!.plans.find(({ plan }) => plan.kind === 'quarantine')!;
  expect(unknown.problems).toMatchObject([
    { plan: quarantine.id, text: expect.stringContaining('set FIREBREAK_QUARANTINE_ACCOUNT') },
  ]);
  expect(unknown.plans.filter(({ holds }) => !holds).map(({ offered }) => offered.id)).toEqual([quarantine.id]);
  const powerful = { ...own.rails, quarantineAccount: 'owner@rhea-prod-4421.iam.gserviceaccount.com' };
  const another = await checkedView(view, { ...own, rails: powerful, purpose: 'deciding' });
  expect(said(another)).toMatch(/plan quarantine-.*the change of its action a1 is not/);
  expect(another.plans.some(({ holds }) => holds)).toBe(false);
});

test('where the trust document cannot be read nothing is approved, and people can still end the case', async () => {
  const own = await ownKnowledge(system.configuration);
  const checked = await checkedView(view, { ...own, roster: 'it is gone', purpose: 'deciding' });
  expect(checked.problems).toMatchObject([{ text: 'no signature can be checked here: it is gone', stops: 'plans' }]);
  expect(checked.plans.some(({ holds }) => holds)).toBe(false);
});
