import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import { type GetIamPolicyRequest, policyOnWire } from '../cloud-run/iam.ts';
import { policyDescription } from '../cloud-run/seed-policy.ts';
import type { Binding } from '../cloud-run/governed.ts';
import type { CloudRunState } from '../cloud-run/state.ts';
import { parseBody } from '../kernel/parse-body.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { type Section, StatusError, type Store } from '../kernel/service.ts';

/** The bindings of a project's own policy, as a seed says them. */
const projectPolicy = z.strictObject({ project: z.string().min(1), bindings: policyDescription.bindings });

export type ProjectPolicy = z.input<typeof projectPolicy>;

interface ProjectPolicies {
  /** By project id. */
  readonly policies: Record<string, { readonly bindings: readonly Binding[]; readonly version: number }>;
}

export function projectPoliciesSection(store: Store): Section<ProjectPolicies> {
  return store.section('project-policies', () => ({ policies: {} }));
}

/** A project that nobody described has an owner, who is a person, and an account that deploys. */
function usualBindings(project: string): Binding[] {
  return [
    { role: 'roles/owner', members: ['user:mira.oduya@example.com'] },
    { role: 'roles/run.admin', members: [`serviceAccount:deployer@${project}.iam.gserviceaccount.com`] },
  ];
}

/** Replaces the policy of a project. Throws INVALID_ARGUMENT. */
export function seedProjectPolicy(
  section: Section<ProjectPolicies>,
  description: unknown,
): { readonly bindings: number } {
  const { project, bindings } = parseBody(projectPolicy, description, 'PUT /resource-manager/policies');
  const version = (section.value.policies[project]?.version ?? 1) + 1;
  section.value.policies[project] = { bindings, version };
  section.touch();
  return { bindings: bindings.length };
}

/**
 * A google.iam.v1.Policy: the project's own bindings, none of folders or the organization. Throws PERMISSION_DENIED where there is no such project.
 * Source: google/cloud/resourcemanager/v3/projects.proto, GetIamPolicy.
 */
export function projectPolicyOnWire(
  request: GetIamPolicyRequest,
  { policies }: ProjectPolicies,
  { services, jobs }: Pick<CloudRunState, 'services' | 'jobs'>,
): object {
  const [, name] = /^projects\/([^/]+)$/.exec(request.resource) ?? [];
  if (name === undefined) throw invalidArgument(`resource: ${JSON.stringify(request.resource)} is not projects/P`);
  const known = [...Object.values(services), ...Object.values(jobs)];
  const project = known.find((one) => one.project === name || one.projectNumber === name)?.project ?? name;
  const seeded = Object.hasOwn(policies, project) ? policies[project] : undefined;
  if (seeded === undefined && !known.some((one) => one.project === project))
    throw new StatusError(
      status.PERMISSION_DENIED,
      `The caller does not have permission to read the policy of projects/${name}, or it does not exist.`,
    );
  const { bindings, version } = seeded ?? { bindings: usualBindings(project), version: 1 };
  return policyOnWire(
    { name: project, bindings: [...bindings], inheritedInvokers: [], policyVersion: version },
    request,
  );
}
