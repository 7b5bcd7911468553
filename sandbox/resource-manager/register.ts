import { requireRole } from '../cloud-run/names.ts';
import type { GetIamPolicyRequest } from '../cloud-run/iam.ts';
import { cloudRunSection } from '../cloud-run/state.ts';
import { protosOf } from '../kernel/definitions.ts';
import type { CallContext, Kernel, SandboxService } from '../kernel/service.ts';
import { projectPoliciesSection, projectPolicyOnWire, seedProjectPolicy } from './project-policies.ts';

/** Resource Manager v3 as far as Firebreak uses it: reading a project's policy. */
export function registerResourceManager({ store, routes }: Pick<Kernel, 'store' | 'routes'>): SandboxService[] {
  const cloudRun = cloudRunSection(store);
  const policies = projectPoliciesSection(store);
  routes.add({
    method: 'PUT',
    path: '/resource-manager/policies',
    summary: "replaces a project's own policy: {project, bindings: [{role, members, condition?}]}",
    handle: ({ body }) => seedProjectPolicy(policies, body),
  });
  return [
    {
      name: 'google.cloud.resourcemanager.v3.Projects',
      protos: protosOf('@google-cloud/resource-manager'),
      unary: {
        GetIamPolicy: async (request: GetIamPolicyRequest, { role }: CallContext) => {
          requireRole(role, ['observe'], 'resourcemanager.projects.getIamPolicy');
          return projectPolicyOnWire(request, policies.value, cloudRun.value);
        },
      },
    },
  ];
}
