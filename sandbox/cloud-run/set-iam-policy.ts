import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import { type SetIamPolicyRequest, setPolicy } from './iam.ts';
import { requireRole } from './names.ts';
import type { StateAccess } from './services-api.ts';

/** Who may set policies: the role that does nothing else, and the owners. */
export const setters: readonly Role[] = ['respond-iam', 'publisher'];

/** SetIamPolicy of services, jobs and worker pools. */
export function setIamPolicy({ change }: Pick<StateAccess, 'change'>, permission: string): UnaryHandler {
  return (request: SetIamPolicyRequest, { role, now }: CallContext) =>
    change((state) => {
      requireRole(role, setters, permission);
      return setPolicy(state, request, { role, at: now() });
    });
}
