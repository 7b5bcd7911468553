import type { protos } from '@google-cloud/run';
import type { ResourceSettings } from '../../model/cloud-run.ts';

/** The resource's own policy; null where it may not be read. Inherited bindings are never in it. Source: run/v2 GetIamPolicy. */
export type Policy = protos.google.iam.v1.IPolicy | null;

/** Members that stand for anybody, with an account or without. */
export const everyone: ReadonlySet<string> = new Set(['allUsers', 'allAuthenticatedUsers']);

/** Members of the invoker role without a condition, each once, however many bindings name it. */
export function invokersOf(policy: NonNullable<Policy>): string[] {
  const members = (policy.bindings ?? [])
    .filter(({ role, condition }) => role === 'roles/run.invoker' && (condition ?? null) === null)
    .flatMap((binding) => binding.members ?? []);
  return [...new Set(members)];
}

/** Whether anybody may invoke the resource, with a condition or without. */
export function whetherPublic(policy: Policy): ResourceSettings['publicInvoker'] {
  if (policy === null) return 'unknown';
  const open = (policy.bindings ?? []).some(
    ({ role, members }) => role === 'roles/run.invoker' && (members ?? []).some((member) => everyone.has(member)),
  );
  return open ? 'yes' : 'no';
}
