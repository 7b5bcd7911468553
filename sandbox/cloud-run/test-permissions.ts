import type { TestIamPermissionsRequest } from '../iam/register.ts';
import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import type { CloudRunState } from './state.ts';

/** Whose a permission is, by its last word; what is not here is nobody's. */
export type Holders = Readonly<Partial<Record<string, readonly Role[]>>>;

/** TestIamPermissions of services and worker pools: which of these the caller has. Throws NOT_FOUND. */
export function testPermissions(
  read: <T>(use: (state: CloudRunState) => T) => Promise<T>,
  find: (state: CloudRunState, resource: string) => unknown,
  collection: 'services' | 'workerpools',
  holders: Holders,
): UnaryHandler {
  return ({ resource = '', permissions = [] }: TestIamPermissionsRequest, { role }: CallContext) =>
    read((state) => {
      find(state, resource);
      const isHeld = (permission: string): boolean => {
        const [api, of, verb = ''] = permission.split('.');
        return api === 'run' && of === collection && holders[verb]?.includes(role) === true;
      };
      return { permissions: permissions.filter(isHeld) };
    });
}
