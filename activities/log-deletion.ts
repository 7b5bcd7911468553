import type { ProjectsClient, protos } from '@google-cloud/resource-manager';
import { LRUCache } from 'lru-cache';
import type { Answered, IdentityTraces } from '../model/investigation.ts';
import { messageOf } from '../runtime/errors.ts';
import { everyone } from './settings/policy.ts';

type Policy = protos.google.iam.v1.IPolicy;

/** Whether an account may delete a project's logs, by the project's own policy. What cannot be told is said, with why. */
export type MayDeleteLogs = (project: string, account: string) => Promise<IdentityTraces['mayDeleteLogs']>;

/** Roles that make logs go away, and how. Sources: Cloud Logging, access control with IAM; IAM, basic roles, Resource Manager roles. */
const deleting: Readonly<Record<string, string>> = {
  'roles/owner': 'logging.logs.delete',
  'roles/editor': 'logging.logs.delete',
  'roles/admin': 'logging.logs.delete',
  'roles/writer': 'logging.logs.delete',
  'roles/logging.admin': 'logging.logs.delete',
  'roles/logging.configWriter': 'logging.buckets.delete',
  'roles/resourcemanager.projectIamAdmin': 'it can give itself any role',
  'roles/iam.securityAdmin': 'it can give itself any role',
};

/** Roles of workloads that make none go away, nor give rights. What any other role gives is not known here. Source: IAM, roles and permissions. */
const harmless: ReadonlySet<string> = new Set([
  'roles/viewer',
  'roles/run.invoker',
  'roles/run.viewer',
  'roles/logging.logWriter',
  'roles/logging.viewer',
  'roles/secretmanager.secretAccessor',
  'roles/storage.objectViewer',
  'roles/storage.objectAdmin',
  'roles/cloudsql.client',
  'roles/pubsub.publisher',
  'roles/pubsub.subscriber',
  'roles/datastore.user',
  'roles/monitoring.metricWriter',
  'roles/cloudtrace.agent',
  'roles/artifactregistry.reader',
]);

/** Cases that come together ask for the same policy: one answer serves them all for so long, milliseconds. */
const policyLives = 30_000;
const callOptions = { timeout: 5_000, retry: null } as const;
const longestReason = 400;

/** Judges by the policy of the project alone, with policies that all who ask share. */
export function logDeletionJudge(projects: Pick<ProjectsClient, 'getIamPolicy'>): MayDeleteLogs {
  const policies = new LRUCache<string, Policy>({
    max: 300,
    ttl: policyLives,
    async fetchMethod(project) {
      const request = { resource: `projects/${project}`, options: { requestedPolicyVersion: 3 } };
      const [policy] = await projects.getIamPolicy(request, callOptions);
      return policy;
    },
  });
  return async (project, account) => {
    try {
      return judged(await policies.forceFetch(project), account);
    } catch (error) {
      return unknown(`the policy of the project could not be read: ${messageOf(error)}`);
    }
  };
}

function judged({ bindings }: Policy, account: string): Answered<{ may: boolean; reason: string }> {
  const given = (bindings ?? []).map(({ role, members, condition }) => ({
    role: role ?? '',
    members: members ?? [],
    conditional: (condition ?? null) !== null,
  }));
  const own = given.filter(({ members }) => members.some((member) => isAccount(member, account)));
  const certain = own.find(({ role, conditional }) => role in deleting && !conditional);
  if (certain !== undefined)
    return answer(
      true,
      `it has ${certain.role} on the project (${deleting[certain.role]}); deny policies are not read`,
    );
  const doubts = [
    ...own
      .filter(({ role, conditional }) => conditional && !harmless.has(role))
      .map(({ role }) => `it has ${role} on a condition, which is not judged`),
    ...own
      .filter(({ role, conditional }) => !conditional && !harmless.has(role))
      .map(({ role }) => `what ${role} allows it is not read`),
    ...given
      .filter(({ role, members }) => !harmless.has(role) && members.some(isMany))
      .map(({ role, members }) => `whether it is one of ${members.find(isMany)}, who have ${role}, is not read`),
  ];
  if (doubts.length > 0) return unknown(doubts.join('; '));
  const roles = [...new Set(own.map(({ role }) => role))].sort();
  return answer(
    false,
    roles.length === 0
      ? 'it has no role on the project'
      : `its roles on the project are ${roles.join(', ')}, which give none`,
  );
}

function isAccount(member: string, account: string): boolean {
  return everyone.has(member) || member.toLowerCase() === `serviceaccount:${account.toLowerCase()}`;
}

/** Who is in such a member, IAM does not say. Source: google/iam/v1/policy.proto, Binding.members. */
function isMany(member: string): boolean {
  return /^(?:group|domain|principalSet):/.test(member);
}

function answer(may: boolean, reason: string) {
  return { status: 'answered', value: { may, reason: reason.slice(0, longestReason) } } as const;
}

function unknown(reason: string) {
  return { status: 'failed', reason: reason.slice(0, longestReason) } as const;
}
