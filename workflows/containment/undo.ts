import { describeField, type Fields } from '../../model/fields.ts';
import type { Action, Plan } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import type { Receipt } from '../../model/receipt.ts';
import { type Done, doneOf, foundAsWanted } from './done.ts';
import { type GivenBack, giveBack } from './given-back.ts';

/** The way back: the actions that give back what was changed, and what cannot be given back. */
export interface WayBack {
  readonly actions: readonly Action[];
  readonly lost: readonly string[];
}

/**
 * The inverses of what receipts say was changed, the last change first; receipts of earlier ways back are changes like others. What one kind of
 * action changed of one resource is given back by one update: from what was left last to what was found first. A field that ends as it began is
 * left alone.
 */
export function wayBack(plans: readonly Plan[], receipts: readonly Receipt[]): WayBack {
  const all = doneOf(plans, receipts);
  const deleted = new Set(all.flatMap(({ action }) => deletedBy(action)));
  const lost = all.toReversed().flatMap(({ action }) => whyNot(action) ?? []);
  const actions: Action[] = [];
  for (const group of groups(all.filter(({ action }) => whyNot(action) === undefined))) {
    const [first] = group;
    if (first === undefined) continue;
    const { kind, target } = first.action;
    const resource = targetName(target);
    // Its deletion is told already.
    if (deleted.has(resource)) continue;
    const fields = namesIn(group).flatMap((name) => giveBack(name, group) ?? []);
    lost.push(...fields.flatMap(({ note }) => (note === undefined ? [] : [`${resource}: ${note}`])));
    const wanted = fields.filter(({ isBack }) => !isBack);
    const gone = wanted.filter((field) => namesDeleted(field, deleted));
    lost.push(
      ...gone.map(({ name, value }) => `${resource}: ${name} to ${describeField(name, value)}, which was deleted`),
    );
    const given = wanted.filter((field) => !gone.includes(field));
    if (given.length === 0) continue;
    // What was gone when it was last looked at is not given back to another one of its name.
    const isGone = group.at(-1)?.receipt.after.exists === false;
    const precondition = isGone ? { exists: false } : fieldsOf(given, ({ after }) => after);
    actions.push({
      id: `a${actions.length + 1}`,
      kind,
      title: `${target.name} gets back ${given.map(wordsOf).join('; ')}`,
      target,
      when: 'at-once',
      precondition,
      change: fieldsOf(given, ({ value }) => value),
      inverse: precondition,
    });
  }
  lost.push(...notKnown(plans, receipts));
  const given = new Set(actions.map(({ target }) => targetName(target)));
  const released = releases(plans, receipts).filter(({ target }) => !given.has(targetName(target)));
  return { actions: [...actions, ...numbered(released, actions.length)], lost };
}

function wordsOf({ name, value, deployed }: GivenBack): string {
  return `${name}: ${describeField(name, value)}${deployed === undefined ? '' : ` (with ${deployed})`}`;
}

/** What a case found as it wanted, and changed nothing of: it counts on that until it says that it does so no longer, and until then others give nothing of it back. */
function releases(plans: readonly Plan[], receipts: readonly Receipt[]): Omit<Action, 'id'>[] {
  const held = new Map<string, Omit<Action, 'id'>>();
  for (const { plan, action } of foundAsWanted(plans, receipts)) {
    const resource = targetName(action.target);
    // A way back that changes nothing has said so.
    if (plan.kind === 'undo') held.delete(resource);
    else if (whyNot(action) === undefined) held.set(resource, releaseOf(action));
  }
  return [...held.values()];
}

function releaseOf({ kind, target }: Action): Omit<Action, 'id'> {
  return {
    kind,
    title: `${target.name} stays as it is: this case changed nothing of it, and holds it no longer`,
    target,
    when: 'at-once',
    precondition: {},
    change: {},
    inverse: {},
  };
}

function numbered(actions: readonly Omit<Action, 'id'>[], after: number): Action[] {
  return actions.map((action, index) => ({ id: `a${after + index + 1}`, ...action }));
}

/** What may have been changed by a call that had no answer, or by somebody else: the case gives nothing back that it may not have changed. */
function notKnown(plans: readonly Plan[], receipts: readonly Receipt[]): string[] {
  return foundAsWanted(plans, receipts).flatMap(({ action, receipt }) =>
    receipt.whose === undefined
      ? []
      : Object.keys(action.change).map(
          (name) =>
            `${action.title}: whether the case or somebody else did it is not known, so it is given back by hand, if at all; approved was to find ${name}: ${describeField(name, action.precondition[name])}`,
        ),
  );
}

/** Why the action cannot be undone; undefined where it can. */
function whyNot({ title, inverse }: Action): string | undefined {
  if (inverse === null) return `${title}: it cannot be undone`;
  return Object.keys(inverse).length === 0 ? `${title}: there is nothing to give back` : undefined;
}

/** What is no more: a whole resource by its full name, or a revision by its short one. */
function deletedBy({ kind, target }: Action): string[] {
  return kind === 'delete' ? [target.revision ?? targetName(target)] : [];
}

/** Changes of one resource by one kind of action, which no other kind writes into; the one that was made last comes first. */
function groups(all: readonly Done[]): Done[][] {
  const made = new Map<string, Done[]>();
  for (const one of all.toReversed()) {
    const key = `${one.action.kind} ${targetName(one.action.target)}`;
    made.set(key, [one, ...(made.get(key) ?? [])]);
  }
  return [...made.values()];
}

function namesIn(group: readonly Done[]): string[] {
  return [...new Set(group.flatMap(({ action }) => Object.keys(action.change)))];
}

function namesDeleted({ name, value }: GivenBack, deleted: ReadonlySet<string>): boolean {
  const fields: Fields = { [name]: value };
  const named = [...(fields.traffic ?? []), ...(fields.splits ?? [])].map(({ revision }) => revision);
  return [...named, fields.template?.from].some((revision) => revision !== undefined && deleted.has(revision));
}

function fieldsOf(given: readonly GivenBack[], valueOf: (field: GivenBack) => GivenBack['value']): Fields {
  // Null says that nothing is to be found there, or left.
  return Object.fromEntries(given.map((field) => [field.name, valueOf(field) ?? null]));
}
