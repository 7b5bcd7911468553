import type { protos } from '@google-cloud/run';

type Policy = protos.google.iam.v1.IPolicy;
type Binding = protos.google.iam.v1.IBinding;

const invokerRole = 'roles/run.invoker';

/** The policy's bindings with exactly these members in the invoker role without a condition, and everything else as it is, in its order. */
export function withInvokers({ bindings }: Policy, members: readonly string[]): Binding[] {
  const found = bindings ?? [];
  const missing = new Set(members);
  const kept = found.map((binding) => {
    if (!isInvoker(binding)) return binding;
    const stay = (binding.members ?? []).filter((member) => members.includes(member));
    for (const member of stay) missing.delete(member);
    return { ...binding, members: stay };
  });
  const place = kept.findIndex(isInvoker);
  const added = [...missing];
  const whole =
    place < 0
      ? [...kept, { role: invokerRole, members: added }]
      : kept.map((binding, index) =>
          index === place ? { ...binding, members: [...(binding.members ?? []), ...added] } : binding,
        );
  return whole.filter((binding) => !isInvoker(binding) || (binding.members ?? []).length > 0);
}

function isInvoker({ role, condition }: Binding): boolean {
  return role === invokerRole && (condition ?? null) === null;
}
