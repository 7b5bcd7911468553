import { digestOf } from '../../model/digest.ts';
import { sameField } from '../../model/fields.ts';
import type { Action, Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';

/** A change that was made, with the action that it was made by. */
export interface Done {
  readonly action: Action;
  readonly receipt: Receipt;
}

/** What receipts say was changed, in their order. */
export function doneOf(plans: readonly Plan[], receipts: readonly Receipt[]): Done[] {
  return receipts.flatMap((receipt) => {
    const plan = plans.find((one) => one.mode === 'live' && digestOf(one) === receipt.plan);
    const action = plan?.actions.find(({ id }) => id === receipt.action);
    return action !== undefined && hasChanged(action, receipt) ? [{ action, receipt }] : [];
  });
}

/** What receipts say was found as wanted, and not changed, with the plan that asked for it, in their order. */
export function foundAsWanted(
  plans: readonly Plan[],
  receipts: readonly Receipt[],
): (Done & { readonly plan: Plan })[] {
  return receipts.flatMap((receipt) => {
    const plan = plans.find((one) => one.mode === 'live' && digestOf(one) === receipt.plan);
    const action = plan?.actions.find(({ id }) => id === receipt.action);
    return plan !== undefined && action !== undefined && receipt.result === 'already-so' && receipt.mode === 'live'
      ? [{ plan, action, receipt }]
      : [];
  });
}

/** True where the resource is another one since, also by a change that failed on the way. */
function hasChanged({ change }: Action, { result, before, after }: Receipt): boolean {
  if (result === 'changed') return true;
  return result === 'failed' && Object.keys(change).some((name) => !sameField(name, before[name], after[name]));
}
