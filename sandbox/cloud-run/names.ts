import { status } from '@grpc/grpc-js';
import type { Role } from '../kernel/service.ts';
import { invalidArgument, notFound } from '../kernel/refuse.ts';
import { StatusError } from '../kernel/service.ts';
import type { InstanceRecord } from './instance-record.ts';
import type { ExecutionRecord, JobRecord } from './job-record.ts';
import type { RevisionRecord, ServiceRecord } from './service-record.ts';
import type { CloudRunState } from './state.ts';

const kinds = { services: 'SERVICE', workerPools: 'WORKER_POOL', jobs: 'JOB', instances: 'INSTANCE' } as const;
type AnyRecord = ServiceRecord | JobRecord | InstanceRecord;
type Kind = keyof typeof kinds;

const resourceName = /^projects\/([^/]+)\/locations\/([^/]+)\/([a-zA-Z]+)\/([^/]+)$/;
const childName = /^(projects\/[^/]+\/locations\/[^/]+\/[a-zA-Z]+\/[^/]+)\/(revisions|executions)\/([^/]+)$/;

/** What of these has that full name, by project id or number, and is not deleted. Throws INVALID_ARGUMENT on another form, NOT_FOUND where there is none. */
function find<T extends AnyRecord>(records: Readonly<Record<string, T>>, kind: Kind, name: string): T {
  const [, project, location, collection, short] = resourceName.exec(name) ?? [];
  if (project === undefined || collection !== kind)
    throw invalidArgument(`${JSON.stringify(name)} is not of the form projects/P/locations/L/${kind}/NAME`);
  // The state is keyed by project id; a project number needs the search.
  const byId = Object.hasOwn(records, name) ? records[name] : undefined;
  const found =
    byId ??
    Object.values(records).find(
      (one) => one.kind === kind && one.projectNumber === project && one.location === location && one.name === short,
    );
  if (found === undefined || found.deletedAt !== undefined)
    throw notFound(
      `Resource '${short}' of kind '${kinds[kind]}' in region '${location}' in project '${project}' does not exist.`,
    );
  return found;
}

/** The service of that full name. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function findService(state: CloudRunState, name: string): ServiceRecord {
  return find(state.services, 'services', name);
}

/** The worker pool of that full name. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function findWorkerPool(state: CloudRunState, name: string): ServiceRecord {
  return find(state.services, 'workerPools', name);
}

/** The job of that full name. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function findJob(state: CloudRunState, name: string): JobRecord {
  return find(state.jobs, 'jobs', name);
}

/** The instance of that full name. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function findInstance(state: CloudRunState, name: string): InstanceRecord {
  return find(state.instances ?? {}, 'instances', name);
}

/** The service or worker pool of that full name. */
export function findParent(state: CloudRunState, name: string): ServiceRecord {
  return /\/workerPools\/[^/]+$/.test(name) ? findWorkerPool(state, name) : findService(state, name);
}

/** The revision of that full name, with its service or worker pool. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function findRevision(
  state: CloudRunState,
  name: string,
): { readonly service: ServiceRecord; readonly revision: RevisionRecord } {
  const [, parent, collection, short] = childName.exec(name) ?? [];
  if (parent === undefined || collection !== 'revisions')
    throw invalidArgument(`${JSON.stringify(name)} is not a revision name (…/services/S/revisions/R)`);
  const service = findParent(state, parent);
  const revision = service.revisions.find((one) => one.name === short && one.deletedAt === undefined);
  if (revision === undefined) throw notFound(`Revision '${short}' of '${service.name}' does not exist.`);
  return { service, revision };
}

/** The execution of that full name, with its job. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function findExecution(
  state: CloudRunState,
  name: string,
): { readonly job: JobRecord; readonly execution: ExecutionRecord } {
  const [, parent, collection, short] = childName.exec(name) ?? [];
  if (parent === undefined || collection !== 'executions')
    throw invalidArgument(`${JSON.stringify(name)} is not an execution name (…/jobs/J/executions/E)`);
  const job = findJob(state, parent);
  const execution = job.executions.find((one) => one.name === short && one.deletedAt === undefined);
  if (execution === undefined) throw notFound(`Execution '${short}' of job '${job.name}' does not exist.`);
  return { job, execution };
}

/** All of a kind in a location that are not deleted, newest first. Throws INVALID_ARGUMENT on another form than projects/P/locations/L. */
export function recordsIn<T extends AnyRecord>(records: Readonly<Record<string, T>>, kind: Kind, parent: string): T[] {
  const [, project, location] = /^projects\/([^/]+)\/locations\/([^/-][^/]*)$/.exec(parent) ?? [];
  if (project === undefined)
    throw invalidArgument(`${JSON.stringify(parent)} is not a location (projects/P/locations/L, no wildcard)`);
  return Object.values(records)
    .filter((one) => one.kind === kind && one.deletedAt === undefined)
    .filter((one) => (one.project === project || one.projectNumber === project) && one.location === location)
    .sort((left, right) => right.createTime - left.createTime);
}

/** Throws PERMISSION_DENIED unless the caller has one of these roles. */
export function requireRole(role: Role, allowed: readonly Role[], permission: string): void {
  if (!allowed.includes(role)) {
    throw new StatusError(
      status.PERMISSION_DENIED,
      `Permission '${permission}' denied for the identity of role '${role}' (or the resource may not exist).`,
    );
  }
}

/** The e-mail address of a role's identity in that project. */
export function identityOf(role: Role, project: string): string {
  return `firebreak-${role}@${project}.iam.gserviceaccount.com`;
}
