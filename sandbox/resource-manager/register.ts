import { dataAccessSection } from '../cloud-logging/seed-audit.ts';
import { requireRole } from '../cloud-run/names.ts';
import type { GetIamPolicyRequest } from '../cloud-run/iam.ts';
import { cloudRunSection } from '../cloud-run/state.ts';
import { protosOf } from '../kernel/definitions.ts';
import { notFound } from '../kernel/refuse.ts';
import type { CallContext, Kernel, SandboxService, UnaryHandler } from '../kernel/service.ts';
import { heldOf, lackingSection, seedLacking } from './held-permissions.ts';
import { projectPoliciesSection, projectPolicyOnWire, seedProjectPolicy } from './project-policies.ts';

interface TestIamPermissionsRequest {
  readonly resource: string;
  readonly permissions: readonly string[];
}

/** Resource Manager v3 as far as Firebreak uses it: reading a project, its policy, and what the caller may do in it, a folder or an organization. */
export function registerResourceManager({ store, routes }: Pick<Kernel, 'store' | 'routes'>): SandboxService[] {
  const cloudRun = cloudRunSection(store);
  const policies = projectPoliciesSection(store);
  const lacking = lackingSection(store);
  const protos = protosOf('@google-cloud/resource-manager');
  routes.add({
    method: 'PUT',
    path: '/resource-manager/policies',
    summary: "replaces a project's own policy: {project, bindings: [{role, members, condition?}]}",
    handle: ({ body }) => seedProjectPolicy(policies, body),
  });
  routes.add({
    method: 'PUT',
    path: '/resource-manager/lacking',
    summary: 'what an identity is said to lack: {role, permissions}',
    handle: ({ body }) => seedLacking(lacking, body),
  });
  const testIamPermissions: UnaryHandler = async (
    { permissions }: TestIamPermissionsRequest,
    { role }: CallContext,
  ) => ({ permissions: heldOf(lacking.value, role, permissions) });
  return [
    {
      name: 'google.cloud.resourcemanager.v3.Projects',
      protos,
      unary: {
        GetProject: async ({ name }: { name: string }, { role }: CallContext) => {
          requireRole(role, ['publisher'], 'resourcemanager.projects.get');
          const asked = name.replace(/^projects\//, '');
          const known = [...Object.values(cloudRun.value.services), ...Object.values(cloudRun.value.jobs)];
          const found = known.find(({ project, projectNumber }) => project === asked || projectNumber === asked);
          if (found === undefined) throw notFound(`the sandbox has nothing in a project ${JSON.stringify(asked)}`);
          return { name: `projects/${found.projectNumber}`, projectId: found.project, state: 'ACTIVE' };
        },
        GetIamPolicy: async (request: GetIamPolicyRequest, { role }: CallContext) => {
          requireRole(role, ['observe', 'publisher'], 'resourcemanager.projects.getIamPolicy');
          const policy = projectPolicyOnWire(request, policies.value, cloudRun.value);
          const on = dataAccessSection(store).value.projects.includes(request.resource.replace(/^projects\//, ''));
          return on ? { ...policy, auditConfigs: [allDataAccess] } : policy;
        },
        TestIamPermissions: testIamPermissions,
      },
    },
    ...['Folders', 'Organizations'].map((collection) => ({
      name: `google.cloud.resourcemanager.v3.${collection}`,
      protos,
      unary: { TestIamPermissions: testIamPermissions },
    })),
  ];
}

/** How a policy says that data-access logs are on for every service. Source: google/iam/v1/policy.proto, AuditConfig. */
const allDataAccess = {
  service: 'allServices',
  auditLogConfigs: ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'].map((logType) => ({ logType })),
};
