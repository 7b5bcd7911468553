import type { protos } from '@google-cloud/run';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { Fields } from '../../model/fields.ts';
import type { TypedFlag } from '../../model/settings-flag.ts';

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

/** Bytes of the invokers as JSON: a plan that changes them names them four times, and is below the 64 KiB of a payload. */
const mostBytes = 8 * 1024;

/** The invokers as a field that plans may change; nothing where the policy may not be read, or has too many for a plan. */
export function invokersField(policy: Policy): Pick<Fields, 'invokers'> {
  return policy === null || tooMany(policy) ? {} : { invokers: invokersOf(policy) };
}

/** Why no plan changes the invokers, where that is for their number. */
export function invokerFlags(policy: Policy): TypedFlag[] {
  if (policy === null || !tooMany(policy)) return [];
  return [{ id: 'too-many-invokers', count: invokersOf(policy).length }];
}

function tooMany(policy: NonNullable<Policy>): boolean {
  return Buffer.byteLength(JSON.stringify(invokersOf(policy))) > mostBytes;
}

/** Whether anybody may invoke the resource, with a condition or without. */
export function whetherPublic(policy: Policy): ResourceSettings['publicInvoker'] {
  if (policy === null) return 'unknown';
  const open = (policy.bindings ?? []).some(
    ({ role, members }) => role === 'roles/run.invoker' && (members ?? []).some((member) => everyone.has(member)),
  );
  return open ? 'yes' : 'no';
}
