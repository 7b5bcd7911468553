import { createHash } from 'node:crypto';
import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import { findRevision, findService, requireRole, servicesIn } from './names.ts';
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
}

const readers: readonly Role[] = ['observe', 'respond', 'respond-iam', 'destructive', 'publisher'];
/** The outside world, that is the services' owners, comes through the publisher's port. */
const writers: readonly Role[] = ['respond', 'publisher'];

/** google.cloud.run.v2.Services: get, list, update, IAM policy. */
export function servicesApi({ read, change }: StateAccess): Record<string, UnaryHandler> {
  return {
    GetService: (request: { readonly name: string }, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.services.get');
        return serviceOnWire(findService(state, request.name));
      }),
    ListServices: (request: PageRequest, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.services.list');
        const { items, nextPageToken } = page(servicesIn(state, request.parent ?? ''), request);
        return { services: items.map(serviceOnWire), nextPageToken };
      }),
    UpdateService: (request: UpdateServiceRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, writers, 'run.services.update');
        const time = now();
        const operation = updateService(state, request, { role, now: time });
        // A service whose changes take no time: the answer is done already.
        settleAll(state, time);
        return operationOnWire(state, operation, time);
      }),
    GetIamPolicy: (request: { readonly resource: string }, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.services.getIamPolicy');
        const { invokers } = findService(state, request.resource);
        return {
          version: 1,
          bindings: invokers.length === 0 ? [] : [{ role: 'roles/run.invoker', members: invokers }],
          etag: createHash('sha256').update(JSON.stringify(invokers)).digest().subarray(0, 8),
        };
      }),
  };
}

/** google.cloud.run.v2.Revisions: get and list. */
export function revisionsApi({ read }: StateAccess): Record<string, UnaryHandler> {
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
          ? servicesIn(state, parent.slice(0, -'/services/-'.length))
          : [findService(state, parent)];
        const all = services
          .flatMap((service) => service.revisions.map((revision) => ({ service, revision })))
          .sort((a, b) => b.revision.createTime - a.revision.createTime);
        const { items, nextPageToken } = page(all, request);
        return { revisions: items.map(({ service, revision }) => revisionOnWire(service, revision)), nextPageToken };
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
