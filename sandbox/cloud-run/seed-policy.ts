import { z } from 'zod';
import type { Binding, Governed } from './governed.ts';

/** The policy of a service, job or worker pool in a seed. */
export const policyDescription = {
  /** Members of roles/run.invoker in its own policy. */
  invokers: z.array(z.string()).default([]),
  /** Further bindings of its own policy. */
  bindings: z
    .array(
      z.strictObject({
        role: z.string(),
        members: z.array(z.string()),
        condition: z.strictObject({ title: z.string(), expression: z.string() }).exactOptional(),
      }),
    )
    .default([]),
  /** Members of roles/run.invoker by the policy of the project, a folder or the organization: they are in no answer. */
  inheritedInvokers: z.array(z.string()).default([]),
};

/** The policy that a seed describes. */
export function policyOf({
  invokers,
  bindings,
  inheritedInvokers,
}: {
  readonly invokers: readonly string[];
  readonly bindings: readonly Binding[];
  readonly inheritedInvokers: readonly string[];
}): Governed {
  const own = invokers.length === 0 ? [] : [{ role: 'roles/run.invoker', members: invokers }];
  return { bindings: [...own, ...bindings], inheritedInvokers, policyVersion: 1 };
}
