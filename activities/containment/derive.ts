import { differences } from '../../model/fields.ts';
import { canonicalJson, digestOf } from '../../model/digest.ts';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { Fields } from '../../model/fields.ts';
import type { FindingFacts, Seals, Seen } from '../../model/observation.ts';
import type { Action, ActionKind, Plan, Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import type { Roster } from '../../model/roster.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';
import { verifyObservation } from '../../runtime/verify-observation.ts';
import { type CaseMemory, contained, recall } from './memory.ts';

/** What the pure code builds an option's actions from: all of it respond's own, or signed by observe. */
export interface BuildFacts {
  readonly case: string;
  readonly finding: FindingFacts;
  readonly settings: ResourceSettings;
  readonly traffic: NonNullable<Seen['traffic']>;
  /** The fields before the case changed anything, as far as receipts tell. */
  readonly baseline: Fields;
  readonly quietSeconds: number;
}

/** The pure code that plans are made by, as cases make them. It is given in, since activities know no workflow code. */
export interface PlanBuilder {
  /** The actions of an option of containment; null where it does not apply, or is against no threat of this finding. */
  readonly option: (kind: string, facts: BuildFacts) => readonly Action[] | null;
  /** What is left of the last plan that was stopped on the way. */
  readonly finish: (memory: CaseMemory, run: string) => readonly Action[] | null;
  /** What gives back all that a case and its ways back have changed. */
  readonly undo: (memory: CaseMemory) => readonly Action[];
}

/** What a role makes plans again with. */
export interface DeriveDependencies {
  readonly build: PlanBuilder;
  /** The resource with this role's own eyes, as far as it may see; null where it is gone. */
  readonly readSettings: (target: Target, finding: FindingFacts) => Promise<ResourceSettings | null>;
}

/** What the process knows when it judges. */
export interface Knowledge {
  readonly ledger: SignedLedger;
  readonly roster: Roster;
  /** The kinds of action that are this role's. */
  readonly kinds: readonly ActionKind[];
}

/** Why a plan, of which nothing is begun yet, is not one that this role would have made, or null. Throws what is no answer: what cannot be read. */
export type PlanJudge = (toDerive: ToDerive, known: Knowledge) => Promise<NotDerived | null>;

/** Judges plans by making them again. */
export function planJudge(dependencies: DeriveDependencies): PlanJudge {
  return (toDerive, known) => whyNotDerived(toDerive, { ...dependencies, ...known });
}

/** A plan of which nothing is begun yet, and what observe has signed of its case. */
export interface ToDerive {
  readonly plan: Plan;
  readonly seals: Seals;
}

/** Why a plan is not carried out, and what was found where that tells. */
export interface NotDerived {
  readonly result: 'refused' | 'failed';
  readonly detail: string;
  readonly found?: Fields;
}

/**
 * Builds the plan's actions itself, from its own live reading and its own receipts, with the code that plans are made by. Answers why the plan
 * is not one that it would have built for the finding's resource now, or null. Throws what is no answer: what cannot be read.
 */
async function whyNotDerived(
  { plan, seals }: ToDerive,
  dependencies: DeriveDependencies & Knowledge,
): Promise<NotDerived | null> {
  const { ledger, roster, build } = dependencies;
  const memory = await recall(ledger, roster, plan.case);
  if (plan.kind === 'undo') {
    if (contained(plan.case) === plan.case) return refused('a way back belongs to a case of its own');
    return refusedWhere(differsFrom(plan, build.undo(memory)));
  }
  const finding = await findingOf(plan, seals, roster);
  if (typeof finding === 'string') return refused(finding);
  const elsewhere = plan.actions.find(({ target }) => !isAt(target, finding));
  if (elsewhere !== undefined)
    return refused(
      `${targetName(elsewhere.target)} is not the resource of the case’s finding (${finding.resource === undefined ? 'it names none' : targetName(finding.resource)})`,
    );
  if (plan.kind === 'finish') {
    const left = build.finish(memory, plan.run);
    return refusedWhere(left === null ? 'no plan of this case was stopped on the way' : differsFrom(plan, left));
  }
  return option(plan, finding, seals, memory, dependencies);
}

async function option(
  plan: Plan,
  finding: FindingFacts,
  seals: Seals,
  memory: CaseMemory,
  { build, readSettings, roster, kinds }: DeriveDependencies & Knowledge,
): Promise<NotDerived | null> {
  const [first] = plan.actions;
  if (first === undefined) return refused('it does nothing');
  const live = await readSettings(first.target, finding);
  if (live === null) return { result: 'failed', detail: `${targetName(first.target)} is gone: it has been deleted` };
  const found = { ...believed(plan, kinds), ...live.fields, ...whatRuns(plan, live) };
  const drift = differences(first.precondition, found);
  const isSo = differences(first.change, found).length === 0;
  if (drift.length > 0 && !isSo)
    return { result: 'refused', detail: `it changed since: ${drift.join('; ')}`, found: live.fields };
  // Somebody has done the same already: what was before is then what the plan says.
  const settings = { ...live, fields: isSo ? { ...found, ...first.precondition } : found };
  const changed = memory.receipts.find(({ run, result }) => run === plan.run && result === 'changed');
  const built = build.option(plan.kind, {
    case: plan.case,
    finding,
    settings,
    traffic: await trafficOf(plan, seals, roster),
    baseline: { ...settings.fields, ...changed?.before },
    quietSeconds: plan.watch.quietSeconds,
  });
  return refusedWhere(
    built === null ? `${plan.kind} is nothing that respond would do to this resource now` : differsFrom(plan, built),
  );
}

function refused(detail: string): NotDerived {
  return { result: 'refused', detail };
}

function refusedWhere(why: string | null): NotDerived | null {
  return why === null ? null : refused(why);
}

/** What the plan says that only other roles can see: each of them looks at it itself before it does its part. */
function believed({ actions }: Plan, kinds: readonly ActionKind[]): Fields {
  const others = actions.filter(({ kind }) => !kinds.includes(kind)).map(({ precondition }) => precondition);
  return Object.assign({}, ...others.toReversed()) as Fields;
}

/** Executions come and go: to cancel them is as right where none runs now, and where the plan leaves them alone they are nothing to it. */
function whatRuns({ actions }: Plan, { kind, fields }: ResourceSettings): Fields {
  if (kind !== 'job') return {};
  const cancels = actions.some((action) => action.kind === 'cancel-executions');
  if (!cancels) return { running: [] };
  return { running: (fields.running ?? []).length > 0 ? (fields.running ?? []) : ['one-that-has-ended'] };
}

/** The finding as observe has signed it for this case and run; else why there is none to go by. */
async function findingOf(plan: Plan, { finding: seal }: Seals, roster: Roster): Promise<FindingFacts | string> {
  if (seal === undefined) return 'the finding is not known: no answer signed by observe came with the plan';
  const seen = await verifyObservation(seal, roster, plan);
  if (seen.status === 'refused') return `the finding is not known: ${seen.reason}`;
  const { finding } = seen.observation;
  if (finding === undefined || finding === null) return 'observe has signed no finding of this case';
  return finding.facts.caseId === plan.case ? finding.facts : 'what observe has signed is the finding of another case';
}

/** Past traffic as observe has signed it; none where it has not. */
async function trafficOf(plan: Plan, { traffic: seal }: Seals, roster: Roster): Promise<BuildFacts['traffic']> {
  if (seal === undefined) return [];
  const seen = await verifyObservation(seal, roster, plan);
  return seen.status === 'verified' ? (seen.observation.traffic ?? []) : [];
}

function isAt(target: Target, { resource }: FindingFacts): boolean {
  return (
    resource !== undefined &&
    resource.kind === target.kind &&
    targetName(resource).toLowerCase() === targetName(target).toLowerCase()
  );
}

/** Which action is not as it would be built, and in what; null where all are. Titles are texts, which the approvers' machines check. */
function differsFrom(plan: Plan, built: readonly Action[]): string | null {
  if (digestOf(built.map(essence)) === digestOf(plan.actions.map(essence))) return null;
  if (built.length !== plan.actions.length)
    return `respond would do it in ${built.length} actions, the plan has ${plan.actions.length}`;
  for (const [index, action] of plan.actions.entries()) {
    const wanted = built[index];
    if (wanted === undefined) continue;
    for (const name of ['id', 'kind', 'target', 'when', 'precondition', 'change', 'inverse'] as const) {
      if (canonicalJson(action[name]) === canonicalJson(wanted[name])) continue;
      return `respond would not build its action ${action.id} so: ${name} would be ${canonicalJson(wanted[name]).slice(0, 300)}`;
    }
  }
  return 'respond would build it otherwise';
}

function essence({ title: _text, ...action }: Action): Omit<Action, 'title'> {
  return action;
}
