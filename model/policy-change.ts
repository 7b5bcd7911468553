import type { Plan } from './plan.ts';

/**
 * How long a changed policy may take until it is in force everywhere, seconds: two minutes as a rule, "7 minutes or longer" at times. Source: IAM,
 * access change propagation.
 */
export const policyChangeSeconds = 600;

/** True where a plan says by a policy who may call or run. */
export function changesPolicy({ actions }: Pick<Plan, 'actions'>): boolean {
  return actions.some(({ kind }) => kind === 'set-invokers');
}
