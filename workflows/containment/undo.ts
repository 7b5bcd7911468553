import { digestOf } from '../../model/digest.ts';
import { describeField, type Fields, sameField } from '../../model/fields.ts';
import type { Action, Plan } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import type { Receipt } from '../../model/receipt.ts';
import { scalingToGiveBack } from './scaling.ts';

/** The way back: the actions that give back what was changed, and what cannot be given back. */
export interface WayBack {
  readonly actions: readonly Action[];
  readonly lost: readonly string[];
}

/** A change that was made, with the action that it was made by. */
interface Done {
  readonly action: Action;
  readonly receipt: Receipt;
}

/**
 * The inverses of what receipts say was changed, the last change first. Changes of one resource by one kind of action that follow each other are
 * one update: from what the last left to what the first found. A field that ends as it began is left alone.
 */
export function wayBack(plans: readonly Plan[], receipts: readonly Receipt[]): WayBack {
  const actions: Action[] = [];
  const lost: string[] = [];
  for (const group of groups(done(plans, receipts)).toReversed()) {
    const [first] = group;
    if (first === undefined) continue;
    const { kind, target, title, inverse } = first.action;
    if (inverse === null) lost.push(`${title}: it cannot be undone`);
    else if (Object.keys(inverse).length === 0) lost.push(`${title}: there is nothing to give back`);
    else {
      const { precondition, change } = net(group);
      if (Object.keys(change).length === 0) continue;
      const words = Object.entries(change).map(([name, value]) => `${name} to ${describeField(name, value)}`);
      actions.push({
        id: `a${actions.length + 1}`,
        kind,
        title: `give back ${targetName(target)}: ${words.join(', ')}`,
        target,
        when: 'at-once',
        precondition,
        change,
        inverse: precondition,
      });
    }
  }
  return { actions, lost };
}

function done(plans: readonly Plan[], receipts: readonly Receipt[]): Done[] {
  return receipts.flatMap((receipt) => {
    if (receipt.result !== 'changed') return [];
    const plan = plans.find((one) => digestOf(one) === receipt.plan && one.mode === 'live');
    const action = plan?.actions.find(({ id }) => id === receipt.action);
    return action === undefined ? [] : [{ action, receipt }];
  });
}

/** Changes that follow each other, of one resource, by one kind of action, each of which can be undone. */
function groups(all: readonly Done[]): Done[][] {
  const made: Done[][] = [];
  for (const one of all) {
    const last = made.at(-1)?.at(-1);
    if (last !== undefined && belongsTo(last.action, one.action)) made.at(-1)?.push(one);
    else made.push([one]);
  }
  return made;
}

function belongsTo(left: Action, right: Action): boolean {
  const undoable = [left, right].every(({ inverse }) => inverse !== null && Object.keys(inverse).length > 0);
  return undoable && left.kind === right.kind && targetName(left.target) === targetName(right.target);
}

function net(group: readonly Done[]): { readonly precondition: Fields; readonly change: Fields } {
  const [first, last] = [group[0], group.at(-1)];
  const names = [...new Set(group.flatMap(({ action }) => Object.keys(action.change)))];
  const [before, after] = [first?.receipt.before ?? {}, last?.receipt.after ?? {}];
  const changed = names.filter((name) => !sameField(name, before[name], after[name]));
  return {
    precondition: Object.fromEntries(changed.map((name) => [name, after[name]])),
    change: Object.fromEntries(changed.map((name) => [name, givenBack(name, before, after)])),
  };
}

/** The value to write so that the field is as it was. */
function givenBack(name: string, before: Fields, after: Fields): Fields[string] {
  if (name === 'scaling' && before.scaling !== undefined) return scalingToGiveBack(before.scaling);
  if (name === 'template' && before.template !== undefined) {
    const { revision, serviceAccount } = before.template;
    const suffix = digestOf([revision, after.template?.revision ?? '']).slice(0, 6);
    return { from: revision, revision: `${revision.slice(0, 52).replace(/-+$/, '')}-fbu-${suffix}`, serviceAccount };
  }
  return before[name] ?? null;
}
