import type { CaseState } from '../../model/case.ts';
import type { Decision, SignedDecision } from '../../model/decision.ts';
import { digestOf } from '../../model/digest.ts';
import type { SignedObservation } from '../../model/observation.ts';
import type { Mode, Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Roster } from '../../model/roster.ts';
import { verifyDecision } from '../../runtime/verify-decision.ts';
import { whyNotQuiet } from '../../runtime/verify-quiet.ts';

/** What a closing rests on; the receipts are verified. */
export interface ToProve {
  readonly case: string;
  readonly run: string;
  readonly state: CaseState;
  readonly plans: readonly Plan[];
  readonly receipts: readonly Receipt[];
  readonly decisions: readonly SignedDecision[];
  /** Observe's word that what was changed is quiet. */
  readonly quiet?: SignedObservation;
}

/** Whether the decisions hold that a state came from, and what they chose. */
type Chosen =
  | { readonly decisions: readonly Decision[]; readonly persons: number; readonly roles: readonly string[][] }
  | { readonly lacks: string };

/** A state that signatures prove, with how it was gone about and by which decisions; or what it lacks. */
export type Proof = { readonly mode: Mode; readonly decisions: readonly string[] } | { readonly lacks: string };

const done: ReadonlySet<Receipt['result']> = new Set(['changed', 'already-so', 'would-change']);
const decidingRoles: ReadonlySet<string> = new Set(['approver', 'lead']);

/** Proves a state that people's decisions lead to: `contained`, `undone`, `failed`, `dismissed`, `handed-over`. */
export async function prove(given: ToProve, roster: Roster): Promise<Proof> {
  const { state } = given;
  const chosen = await choiceOf(given, roster);
  if ('lacks' in chosen) return chosen;
  const decisions = chosen.decisions.map(({ id }) => id);
  const choice = chosen.decisions[0]?.choice;
  if (state === 'dismissed' || state === 'handed-over') {
    const wanted = state === 'dismissed' ? 'dismiss' : 'hand-over';
    return choice?.kind === wanted ? { mode: modeOf(given), decisions } : { lacks: `nobody decided to ${wanted}` };
  }
  if (choice?.kind !== 'plan') return { lacks: 'nobody approved a plan' };
  const plan = given.plans.find((one) => digestOf(one) === choice.plan);
  const carried = carriedOut(given, plan, choice.plan);
  if (state === 'failed')
    return plan !== undefined && carried.undone === undefined
      ? { lacks: 'every action of the approved plan is done' }
      : { mode: modeOf(given), decisions };
  if (plan === undefined) return { lacks: 'of the approved plan nothing was carried out' };
  if (carried.undone !== undefined) return { lacks: `no receipt says that its action ${carried.undone} is done` };
  if (chosen.persons < plan.quorum.approvers)
    return { lacks: `${chosen.persons} of ${plan.quorum.approvers} approvers` };
  if (!chosen.roles.every((roles) => roles.includes(plan.quorum.role)))
    return { lacks: `an approver lacks the role ${plan.quorum.role}` };
  const loud = state === 'contained' ? await whyLoud(plan, carried.receipts, given, roster) : null;
  return loud === null ? { mode: modeOf(given), decisions } : { lacks: loud };
}

/** Decisions for one choice in this run, each of which held when the first action began. */
async function choiceOf({ case: id, run, decisions, receipts }: ToProve, roster: Roster): Promise<Chosen> {
  if (decisions.length === 0) return { lacks: 'no signed decision' };
  const first = receipts[0]?.startedAt;
  const at = first === undefined ? new Date() : new Date(first);
  const found: Decision[] = [];
  const persons = new Set<string>();
  const roles: string[][] = [];
  for (const signed of decisions) {
    const verdict = await verifyDecision(signed, roster, at);
    if (verdict.status === 'refused') return { lacks: `a decision does not hold: ${verdict.reason}` };
    const { decision } = verdict;
    if (decision.case !== id || decision.run !== run) return { lacks: 'a decision is for another case or run' };
    if (!verdict.roles.some((role) => decidingRoles.has(role)))
      return { lacks: `${decision.approver} does not decide` };
    if (found[0] !== undefined && digestOf(found[0].choice) !== digestOf(decision.choice))
      return { lacks: 'the decisions differ in their choice' };
    found.push(decision);
    persons.add(verdict.person);
    roles.push([...verdict.roles]);
  }
  return { decisions: found, persons: persons.size, roles };
}

/** The last receipt of each action of a plan, and the first action that has none that says it is done. */
function carriedOut({ receipts }: ToProve, plan: Plan | undefined, digest: string) {
  const last = new Map(receipts.flatMap((one) => (one.plan === digest ? [[one.action, one] as const] : [])));
  const undone = plan?.actions.find(({ id }) => !done.has(last.get(id)?.result ?? 'failed'));
  return { receipts: last, undone: undone?.id };
}

/** Where nothing was changed there is nothing that could fall silent. */
async function whyLoud(
  plan: Plan,
  receipts: ReadonlyMap<string, Receipt>,
  { quiet }: ToProve,
  roster: Roster,
): Promise<string | null> {
  const atOnce = plan.actions.filter(({ when }) => when === 'at-once');
  const early = atOnce.flatMap(({ id }) => receipts.get(id) ?? []);
  const [first] = plan.actions;
  if (first === undefined) return 'a plan without actions contains nothing';
  const dry = plan.mode === 'dry-run' || early.some(({ mode }) => mode === 'dry-run');
  if (dry && early.every(({ result }) => result !== 'changed')) return null;
  const since = Math.max(0, ...early.map(({ finishedAt }) => Date.parse(finishedAt)));
  return whyNotQuiet(plan, first.target, quiet, roster, since);
}

/** As the case itself tells it (model/case.ts), by verified receipts alone. */
function modeOf({ receipts, plans }: ToProve): Mode {
  const would = receipts.some(({ result }) => result === 'would-change');
  const changed = receipts.some(({ result }) => result === 'changed');
  const only = plans.length > 0 && plans.every(({ mode }) => mode === 'dry-run');
  return only || (would && !changed) ? 'dry-run' : 'live';
}
