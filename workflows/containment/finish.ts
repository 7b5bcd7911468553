import type { ResourceSettings } from '../../model/cloud-run.ts';
import { differences } from '../../model/fields.ts';
import type { Action, Plan } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { overwrittenBy } from './managed-by.ts';
import type { RungPlan } from './rung.ts';

/** The actions of a plan that were not done, though some before them were. */
export interface Unfinished {
  readonly actions: readonly Action[];
  /** Why it stopped there. */
  readonly reason: string;
  readonly watch: Plan['watch'];
}

/** The kind of a plan that does what is left of another one. It is no rung: no playbook asks for it. */
export const finishKind = 'finish';

/** What is left of a plan that was stopped on the way, as a plan of its own; null where the resource is no longer as that plan left it. */
export function finishPlan({ actions, reason }: Unfinished, settings: ResourceSettings): RungPlan | null {
  const [first] = actions;
  if (first === undefined || targetName(first.target) !== targetName(settings)) return null;
  if (differences(first.precondition, settings.fields).length > 0) return null;
  const titles = actions.map(({ title }) => title).join('; ');
  return {
    title: `Finish what was begun: ${titles}`,
    actions: leftOf(actions),
    stops: [],
    doesNotStop: [
      `anything that the part which is done does not stop (it ended there: ${reason})`,
      ...overwrittenBy(settings),
    ],
    breaks: ['what the part that is done breaks goes on until this is done, where it gives something back'],
    undo: 'Each action as its receipt says.',
  };
}

/** What is left of a plan, as a plan of its own. What waited for quiet has had it, where nothing is left to do before it. */
export function leftOf(actions: readonly Action[]): readonly Action[] {
  return actions[0]?.when === 'after-quiet' ? actions.map((action) => ({ ...action, when: 'at-once' })) : actions;
}
