import type { UpdateGuard } from '../iam/update-guard.ts';
import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import { createService, type CreateServiceRequest, creators } from './create.ts';
import { type DeleteRequest, deleteRecord, deleteRevision, deleters } from './deletes.ts';
import { type GetIamPolicyRequest, policyOnWire } from './iam.ts';
import { findParent, findRevision, findService, recordsIn, requireRole } from './names.ts';
import { setIamPolicy, setters } from './set-iam-policy.ts';
import { type Holders, testPermissions } from './test-permissions.ts';
import { findOperation, operationOnWire } from './operations.ts';
import { page } from './paging.ts';
import type { PageRequest } from './paging.ts';
import { settleAll } from './settle.ts';
import type { CloudRunState } from './state.ts';
import { updateService } from './update-service.ts';
import type { UpdateServiceRequest } from './update-service.ts';
import { revisionOnWire, serviceOnWire } from './wire.ts';

/** Answers with the state as it is at the moment of the call; `change` also keeps what the answer changed. */
export interface StateAccess {
  readonly read: <T>(use: (state: CloudRunState) => T) => Promise<T>;
  readonly change: <T>(use: (state: CloudRunState) => T) => Promise<T>;
  readonly guard: UpdateGuard;
}

const readers: readonly Role[] = ['observe', 'respond', 'respond-iam', 'destructive', 'publisher'];
/** The outside world, that is the services' owners, comes through the publisher's port. */
const writers: readonly Role[] = ['respond', 'publisher'];

/** Who may do what with a service or worker pool. */
export const holders: Holders = {
  get: readers,
  list: readers,
  getIamPolicy: readers,
  update: writers,
  setIamPolicy: setters,
  delete: deleters,
};

/** google.cloud.run.v2.Services: create, get, list, update, delete, IAM policy. */
export function servicesApi({ read, change, guard }: StateAccess): Record<string, UnaryHandler> {
  return {
    CreateService: (request: CreateServiceRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, creators, 'run.services.create');
        return createService(state, request, { role, now: now(), guard });
      }),
    GetService: (request: { readonly name: string }, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.services.get');
        return serviceOnWire(findService(state, request.name), state.played.world);
      }),
    ListServices: (request: PageRequest, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.services.list');
        const { items, nextPageToken } = page(recordsIn(state.services, 'services', request.parent ?? ''), request);
        return { services: items.map((item) => serviceOnWire(item, state.played.world)), nextPageToken };
      }),
    UpdateService: (request: UpdateServiceRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, writers, 'run.services.update');
        const time = now();
        const operation = updateService(state, request, { role, now: time, guard });
        // A service whose changes take no time: the answer is done already.
        settleAll(state, time);
        return operationOnWire(state, operation, time);
      }),
    GetIamPolicy: (request: GetIamPolicyRequest, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.services.getIamPolicy');
        return policyOnWire(findService(state, request.resource), request);
      }),
    SetIamPolicy: setIamPolicy({ change }, 'run.services.setIamPolicy'),
    TestIamPermissions: testPermissions(read, findService, 'services', holders),
    DeleteService: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, deleters, 'run.services.delete');
        return deleteRecord(state, findService(state, request.name ?? ''), request, { role, now: now() });
      }),
  };
}

/** google.cloud.run.v2.Revisions: get, list, delete. */
export function revisionsApi({ read, change }: StateAccess): Record<string, UnaryHandler> {
  return {
    GetRevision: (request: { readonly name: string }, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.revisions.get');
        const { service, revision } = findRevision(state, request.name);
        return revisionOnWire(service, revision);
      }),
    ListRevisions: (request: PageRequest, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.revisions.list');
        const parent = request.parent ?? '';
        const services = parent.endsWith('/services/-')
          ? recordsIn(state.services, 'services', parent.slice(0, -'/services/-'.length))
          : [findParent(state, parent)];
        const all = services
          .flatMap((service) => service.revisions.map((revision) => ({ service, revision })))
          .filter(({ revision }) => revision.deletedAt === undefined)
          .sort((a, b) => b.revision.createTime - a.revision.createTime);
        const { items, nextPageToken } = page(all, request);
        return { revisions: items.map(({ service, revision }) => revisionOnWire(service, revision)), nextPageToken };
      }),
    DeleteRevision: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, deleters, 'run.revisions.delete');
        return deleteRevision(state, request, { role, now: now() });
      }),
  };
}

/** google.longrunning.Operations, as far as Cloud Run's clients use it. */
export function operationsApi({ read }: StateAccess): Record<string, UnaryHandler> {
  return {
    GetOperation: (request: { readonly name: string }, { role, now }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.operations.get');
        return operationOnWire(state, findOperation(state, request.name), now());
      }),
  };
}
