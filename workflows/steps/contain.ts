import { condition } from '@temporalio/workflow';
import type { Settled } from '../../model/decide.ts';
import { digestOf } from '../../model/digest.ts';
import type { Action, Plan } from '../../model/plan.ts';
import { changesPolicy, policyChangeSeconds } from '../../model/policy-change.ts';
import { signsOfLifeSchema } from '../../model/signs-of-life.ts';
import { cloudLogging } from '../activities.ts';
import { type CaseFile, findingOf, moveTo, note, recordedTime } from '../case-file.ts';
import { whyStopped } from '../containment/why-stopped.ts';
import { type Applied, apply, type Order } from './apply-action.ts';
import { reasonOf } from './reading.ts';
import { tellOtherCases } from './tell-other-cases.ts';
import { unsealed } from './seals.ts';
import { lifeText, quietText } from './signs-of-life.ts';

/** How carrying out a plan ended: `again` asks people once more, with what was learnt; so does `failed`, a call that was denied or broke, with what failed. */
export interface Containment {
  readonly kind: 'contained' | 'again' | 'failed';
  readonly reason: string;
}

/** What looking for signs of life may take beyond the quiet windows. */
const watchLimitSeconds = 600;
/** What logs get before a reversible change (promise 5). */
const preservingSeconds = 20;
/** Waits for the log export where it has not answered yet, but no longer than evidence may hold up a reversible change. */
export async function preserve(file: CaseFile): Promise<void> {
  if (file.investigation?.logs.status !== 'pending') return;
  moveTo(file, 'preserving', 'the log export has not answered yet');
  const saved = await condition(() => file.investigation?.logs.status !== 'pending', preservingSeconds * 1000);
  if (!saved)
    note(file, `container logs are not saved after ${preservingSeconds} s; the change goes ahead, the export goes on`);
}

/** Carries out an approved plan: what is at once, then the quiet window, then what waits for quiet. */
export async function contain(file: CaseFile, plan: Plan, settled: Settled): Promise<Containment> {
  const order = orderOf(file, plan, settled);
  file.unfinished = null;
  moveTo(file, 'containing', plan.title);
  const atOnce = await carryOut(file, order, 'at-once');
  if (changedBy(file, plan).length > 0) await tellOtherCases(file);
  if (atOnce.stopped !== null) return atOnce.stopped;
  const watched = plan.watch.revision ?? plan.actions[0]?.target.name ?? 'the resource';
  if (atOnce.dryRun) {
    note(file, 'dry run: the quiet window is skipped; nothing was changed, so there is nothing to observe');
  } else {
    moveTo(file, 'verifying', `${watched} has to be quiet for ${plan.watch.quietSeconds} s`);
    const life = await watch(file, plan);
    if (!life.quiet) {
      file.tried.push(plan.kind);
      return { kind: 'again', reason: `changed, not quiet: ${life.text}` };
    }
    note(file, life.text);
  }
  const afterQuiet = await carryOut(file, order, 'after-quiet');
  if (afterQuiet.stopped !== null) return afterQuiet.stopped;
  return {
    kind: 'contained',
    reason:
      atOnce.dryRun || afterQuiet.dryRun
        ? 'dry run, nothing was changed: what would be is in the receipts'
        : `the change is in place and ${watched} shows no sign of life${overwritten(file, plan)}`,
  };
}

/** What somebody deployed while the plan was carried out, and how it gets back what the plan took; empty where nobody did. */
function overwritten(file: CaseFile, plan: Plan): string {
  const digest = digestOf(plan);
  const own = file.receipts.filter((receipt) => receipt.plan === digest && receipt.result === 'changed');
  const deployed = own.flatMap(({ meanwhile }) => meanwhile?.revisions ?? []);
  if (deployed.length === 0) return '';
  const names = deployed.map(({ creator, name }) => `${name} (by ${creator || 'nobody known'})`);
  return `; deployed while it was changed: ${[...new Set(names)].join(', ')}. Undo the case to give back what that has lost by the change`;
}

/** A plan with the decisions that settled it, as respond checks them again. */
export function orderOf({ signed }: CaseFile, plan: Plan, { decisions }: Settled): Order {
  return {
    plan,
    signed: decisions.flatMap(({ id }) => signed.get(id) ?? []),
    signedAt: Math.max(...decisions.map(({ signedAt }) => Date.parse(signedAt))),
  };
}

/** Applies the plan's actions that are due then, in order, until one is not done; says how the plan ends there, or null. */
export async function carryOut(
  file: CaseFile,
  order: Order,
  when: Action['when'],
): Promise<{ readonly stopped: Containment | null; readonly dryRun: boolean }> {
  let dryRun = order.plan.mode === 'dry-run';
  for (const action of order.plan.actions) {
    if (action.when !== when) continue;
    const applied = await apply(file, order, action);
    if ('mode' in applied && applied.mode === 'dry-run') dryRun = true;
    const stopped = whatItMeans(file, order.plan, action, applied);
    if (stopped !== null) return { stopped, dryRun };
  }
  // What was really changed is to be watched, whatever came after.
  return { stopped: null, dryRun: dryRun && changedBy(file, order.plan).length === 0 };
}

/** Null where the action is done. */
function whatItMeans(file: CaseFile, plan: Plan, action: Action, applied: Applied): Containment | null {
  const { result, detail } = applied;
  if (result === 'no-receipt')
    return { kind: 'failed', reason: soFar(file, plan, `whether the change was made is not known: ${detail}`, '') };
  if (result === 'would-change' && changedBy(file, plan).length === 0) return null;
  const why = whyStopped(applied);
  if (why === undefined) return null;
  keepRest(file, plan, action, why);
  return result === 'failed'
    ? { kind: 'failed', reason: soFar(file, plan, detail, '') }
    : { kind: 'again', reason: soFar(file, plan, why, '; nothing was changed') };
}

/** Where a part of the plan is done, the rest is kept, to be offered as a plan of its own. */
function keepRest(file: CaseFile, plan: Plan, action: Action, why: string): void {
  if (changedBy(file, plan).length === 0) return;
  const left = plan.actions.slice(plan.actions.indexOf(action));
  file.unfinished = { actions: left, reason: why, watch: plan.watch };
}

function soFar(file: CaseFile, plan: Plan, why: string, ifNothing: string): string {
  const done = changedBy(file, plan);
  if (done.length === 0) return why + ifNothing;
  const left = plan.actions.filter((action) => !done.includes(action)).map(({ title }) => title);
  return `${why}; done: ${done.map(({ title }) => title).join(', ')}; not done: ${left.join(', ')}`;
}

/** The actions of the plan that really changed something. */
function changedBy({ actionsChanged }: CaseFile, plan: Plan): Action[] {
  return plan.actions.filter((action) => actionsChanged.has(action));
}

/** Waits out the quiet window; answers whether it was quiet, and what was seen (promise 13). */
async function watch(file: CaseFile, plan: Plan): Promise<{ readonly quiet: boolean; readonly text: string }> {
  const { revision, quietSeconds } = plan.watch;
  const { resource } = findingOf(file);
  const watched = revision ?? resource?.name ?? '';
  if (resource === undefined) return { quiet: false, text: `${plan.title}: no resource to watch` };
  const since = file.receipts.at(-1)?.finishedAt ?? new Date(recordedTime(file)).toISOString();
  try {
    const patienceSeconds = patienceFor(file, plan);
    const request = {
      resource,
      ...(revision !== undefined && { revision }),
      since,
      quietSeconds,
      ...(patienceSeconds > 0 && { patienceSeconds }),
    };
    const answer = await cloudLogging(
      'Quiet window: look for signs of life',
      quietSeconds * 2 + patienceSeconds + watchLimitSeconds,
    ).checkQuiet(request);
    const seen = unsealed(file, ['quiet'], signsOfLifeSchema, answer);
    const text = seen.quiet ? quietText(watched, seen) : lifeText(watched, seen);
    return {
      quiet: seen.quiet,
      text: patienceSeconds === 0 ? text : `${text}; ${policyMayLag(since, patienceSeconds)}`,
    };
  } catch (error) {
    return { quiet: false, text: `whether ${watched} is quiet cannot be told: ${reasonOf(error)}` };
  }
}

/** A policy is in force minutes after it was changed: until then callers are let in as before, and what they start is no failure of the plan. */
function patienceFor({ input }: CaseFile, plan: Plan): number {
  if (plan.watch.quietSeconds === 0 || !changesPolicy(plan)) return 0;
  return input.times.policyChange ?? policyChangeSeconds;
}

function policyMayLag(since: string, seconds: number): string {
  const by = new Date(Date.parse(since) + seconds * 1000).toISOString();
  return `the policy was changed by ${since}, and may not be in force everywhere before ${by}`;
}
