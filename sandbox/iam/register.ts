import { fileURLToPath } from 'node:url';
import { invalidArgument } from '../kernel/refuse.ts';
import type { CallContext, Kernel, SandboxService } from '../kernel/service.ts';
import { grantsSection, isGranted, seedGrants } from './grants.ts';

/** A google.iam.v1.TestIamPermissionsRequest. */
export interface TestIamPermissionsRequest {
  readonly resource?: string;
  readonly permissions?: readonly string[];
}

const protos = fileURLToPath(new URL('protos.json', import.meta.url));

/** IAM and Artifact Registry as far as Firebreak uses them: what the caller may do on a service account, on a repository. */
export function registerIam({ store, routes }: Pick<Kernel, 'store' | 'routes'>): SandboxService[] {
  const grants = grantsSection(store);
  routes.add({
    method: 'PUT',
    path: '/iam/grants',
    summary:
      'replaces who has what that updates ask for: {grants: [{role, permission, on}]}; on is an e-mail, a repository or *',
    handle: ({ body }) => seedGrants(grants, body),
  });
  const tests =
    (form: RegExp) =>
    async ({ resource = '', permissions = [] }: TestIamPermissionsRequest, { role }: CallContext) => {
      const [, on] = form.exec(resource) ?? [];
      if (on === undefined)
        throw invalidArgument(`resource: ${JSON.stringify(resource)} is not of the form ${form.source}`);
      return { permissions: permissions.filter((permission) => isGranted(grants.value, role, permission, on)) };
    };
  return [
    {
      name: 'google.iam.admin.v1.IAM',
      protos,
      unary: { TestIamPermissions: tests(/^projects\/[^/]+\/serviceAccounts\/([^/]+)$/) },
    },
    {
      name: 'google.devtools.artifactregistry.v1.ArtifactRegistry',
      protos,
      unary: { TestIamPermissions: tests(/^(projects\/[^/]+\/locations\/[^/]+\/repositories\/[^/]+)$/) },
    },
  ];
}
