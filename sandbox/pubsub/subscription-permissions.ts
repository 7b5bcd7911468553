import { protosOf } from '../kernel/definitions.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import type { CallContext, SandboxService, Section } from '../kernel/service.ts';
import { heldOf, type Lacking } from '../resource-manager/held-permissions.ts';
import type { PubsubState } from './state.ts';

/** google.iam.v1.IAMPolicy of Pub/Sub, as far as it is used: what the caller may do with a subscription. Throws NOT_FOUND, INVALID_ARGUMENT. */
export function subscriptionPermissions(state: PubsubState, lacking: Section<Lacking>): SandboxService {
  return {
    name: 'google.iam.v1.IAMPolicy',
    protos: protosOf('@google-cloud/resource-manager'),
    unary: {
      TestIamPermissions: async (
        { resource, permissions }: { resource: string; permissions: readonly string[] },
        { role }: CallContext,
      ) => {
        if (!/^projects\/[^/]+\/subscriptions\//.test(resource))
          throw invalidArgument(`resource: the sandbox serves subscriptions only, not ${JSON.stringify(resource)}`);
        state.subscription(resource);
        return { permissions: heldOf(lacking.value, role, permissions) };
      },
    },
  };
}
