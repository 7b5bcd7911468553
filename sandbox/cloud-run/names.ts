import { status } from '@grpc/grpc-js';
import type { Role } from '../kernel/service.ts';
import { invalidArgument, notFound } from '../kernel/refuse.ts';
import { StatusError } from '../kernel/service.ts';
import type { CloudRunState, RevisionRecord, ServiceRecord } from './state.ts';

const serviceName = /^projects\/([^/]+)\/locations\/([^/]+)\/services\/([^/]+)$/;
const revisionName = /^(projects\/[^/]+\/locations\/[^/]+\/services\/[^/]+)\/revisions\/([^/]+)$/;

/** The service of that full name, by project id or number. Throws INVALID_ARGUMENT on another form, NOT_FOUND where there is none. */
export function findService(state: CloudRunState, name: string): ServiceRecord {
  const [, project, location, service] = serviceName.exec(name) ?? [];
  if (project === undefined || location === undefined || service === undefined) {
    throw invalidArgument(`${JSON.stringify(name)} is not a service name (projects/P/locations/L/services/S)`);
  }
  // The state is keyed by project id; a project number needs the search.
  const byId = Object.hasOwn(state.services, name) ? state.services[name] : undefined;
  const found =
    byId ??
    Object.values(state.services).find(
      (one) => one.projectNumber === project && one.location === location && one.name === service,
    );
  if (found === undefined)
    throw notFound(
      `Resource '${service}' of kind 'SERVICE' in region '${location}' in project '${project}' does not exist.`,
    );
  return found;
}

/** The revision of that full name, with its service. Throws as `findService` does. */
export function findRevision(
  state: CloudRunState,
  name: string,
): { readonly service: ServiceRecord; readonly revision: RevisionRecord } {
  const [, parent, short] = revisionName.exec(name) ?? [];
  if (parent === undefined)
    throw invalidArgument(`${JSON.stringify(name)} is not a revision name (…/services/S/revisions/R)`);
  const service = findService(state, parent);
  const revision = service.revisions.find((one) => one.name === short);
  if (revision === undefined) throw notFound(`Revision '${short}' of service '${service.name}' does not exist.`);
  return { service, revision };
}

/** All services of a location, newest first. Throws INVALID_ARGUMENT on another form than projects/P/locations/L. */
export function servicesIn(state: CloudRunState, parent: string): ServiceRecord[] {
  const [, project, location] = /^projects\/([^/]+)\/locations\/([^/-][^/]*)$/.exec(parent) ?? [];
  if (project === undefined)
    throw invalidArgument(`${JSON.stringify(parent)} is not a location (projects/P/locations/L, no wildcard)`);
  return Object.values(state.services)
    .filter((one) => (one.project === project || one.projectNumber === project) && one.location === location)
    .sort((a, b) => b.createTime - a.createTime);
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
