import { type Approved, withFirst } from './genuine.ts';

const account = 'owner@rhea-prod-4421.iam.gserviceaccount.com';
const dayAgo = () => new Date(Date.now() - 86_400_000).toISOString();

/** What one real approver signs, shown to him as something else: the plan, what else is signed, the action that is asked for. */
type Forgery = (given: Approved, other: Approved) => { plan: object; decision?: object; action?: string };

/** One for each thing that respond has to find out by itself. A kind of plan stands where it is not the usual one. */
export const forgeries: [what: string, forgery: Forgery, kind?: string][] = [
  [
    'a quorum that is no number',
    ({ request: { plan } }) => ({ plan: { ...plan, quorum: { ...plan.quorum, approvers: 'x' } } }),
  ],
  [
    'a time of signing that is no date',
    ({ request: { plan } }) => ({ plan, decision: { signedAt: '2020-99-99T99:99:99Z' } }),
  ],
  ['an end that is no date', ({ request: { plan } }) => ({ plan: { ...plan, notAfter: 'never' } })],
  ['no end', ({ request: { plan } }) => ({ plan: { ...plan, notAfter: undefined } })],
  [
    'a later action before the first',
    ({ request: { plan } }) => ({
      plan: {
        ...plan,
        actions: [plan.actions[0], { ...plan.actions[1], precondition: {}, change: plan.actions[0]!.change }],
      },
      action: plan.actions[1]!.id,
    }),
  ],
  [
    'a quiet window of thirty years, signed a day ago',
    ({ request: { plan } }) => ({
      plan: { ...withFirst(plan, { when: 'after-quiet' }), watch: { ...plan.watch, quietSeconds: 1e9 } },
      decision: { signedAt: dayAgo() },
    }),
  ],
  [
    'all traffic to the compromised revision',
    ({ request: { plan }, scenario: { badRevision: revision } }) => ({
      plan: withFirst(plan, { change: { traffic: [{ type: 'revision', revision, percent: 100 }] } }),
    }),
  ],
  [
    'an action named as the receipt of another',
    ({ request: { plan } }) => ({ plan: withFirst(plan, { id: 'a1.receipt' }), action: 'a1.receipt' }),
  ],
  [
    'two actions of one id',
    ({ request: { plan } }) => ({ plan: { ...plan, actions: [plan.actions[0], { ...plan.actions[1], id: 'a1' }] } }),
  ],
  ['no precondition', ({ request: { plan } }) => ({ plan: withFirst(plan, { precondition: {} }) })],
  [
    'the service of another finding',
    ({ request: { plan } }, other) => ({ plan: { ...plan, actions: other.request.plan.actions } }),
  ],
  [
    'any account instead of the one without rights',
    ({ request: { plan } }) => ({
      plan: withFirst(plan, {
        change: {
          ...plan.actions[0]!.change,
          template: { ...plan.actions[0]!.change.template, serviceAccount: account },
        },
      }),
    }),
    'quarantine',
  ],
];
