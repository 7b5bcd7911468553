import { status } from '@grpc/grpc-js';
import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import { createWorkerPool, type CreateWorkerPoolRequest, creators } from './create.ts';
import { type DeleteRequest, deleteRecord, deleters } from './deletes.ts';
import { type GetIamPolicyRequest, policyOnWire } from './iam.ts';
import { findWorkerPool, recordsIn, requireRole } from './names.ts';
import { operationOnWire } from './operations.ts';
import { page, type PageRequest } from './paging.ts';
import { holders, type StateAccess } from './services-api.ts';
import { setIamPolicy } from './set-iam-policy.ts';
import { testPermissions } from './test-permissions.ts';
import { settleAll } from './settle.ts';
import { desiredSpec } from './service-record.ts';
import { accept, checkEtag, revisionsOf } from './update-service.ts';
import { checkedPoolPaths, type RequestedPool, requestedPoolChange } from './update-worker-pool.ts';
import { recordOnWire } from './record-wire.ts';

interface UpdateWorkerPoolRequest {
  readonly workerPool?: RequestedPool | null;
  readonly updateMask?: { readonly paths?: readonly string[] } | null;
  readonly validateOnly?: boolean;
  readonly allowMissing?: boolean;
  readonly forceNewRevision?: boolean;
}

const readers: readonly Role[] = ['observe', 'respond', 'respond-iam', 'destructive', 'publisher'];
const writers: readonly Role[] = ['respond', 'publisher'];

/** google.cloud.run.v2.WorkerPools: create, get, list, update, delete, IAM policy. */
export function workerPoolsApi(access: StateAccess): Record<string, UnaryHandler> {
  const { read, change, guard } = access;
  return {
    CreateWorkerPool: (request: CreateWorkerPoolRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, creators, 'run.workerpools.create');
        return createWorkerPool(state, request, { role, now: now(), guard });
      }),
    GetWorkerPool: (request: { readonly name: string }, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.workerpools.get');
        return recordOnWire(findWorkerPool(state, request.name), state.played.world);
      }),
    ListWorkerPools: (request: PageRequest, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.workerpools.list');
        const { items, nextPageToken } = page(recordsIn(state.services, 'workerPools', request.parent ?? ''), request);
        return { workerPools: items.map((item) => recordOnWire(item, state.played.world)), nextPageToken };
      }),
    UpdateWorkerPool: (request: UpdateWorkerPoolRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, writers, 'run.workerpools.update');
        const time = now();
        const requested = request.workerPool ?? {};
        if (request.allowMissing === true || request.forceNewRevision === true)
          throw new StatusError(status.UNIMPLEMENTED, 'the sandbox knows neither allow_missing nor force_new_revision');
        const record = findWorkerPool(state, requested.name ?? '');
        checkEtag(record, requested.etag ?? '');
        const paths = checkedPoolPaths(request.updateMask?.paths ?? [], state.played.world);
        const operation = accept(
          state,
          record,
          {
            change: requestedPoolChange(paths, requested, desiredSpec(record), revisionsOf(record)),
            paths,
            validateOnly: request.validateOnly === true,
            method: 'google.cloud.run.v2.WorkerPools.UpdateWorkerPool',
            type: 'WorkerPool',
          },
          { role, now: time, guard },
        );
        settleAll(state, time);
        return operationOnWire(state, operation, time);
      }),
    DeleteWorkerPool: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, deleters, 'run.workerpools.delete');
        return deleteRecord(state, findWorkerPool(state, request.name ?? ''), request, { role, now: now() });
      }),
    GetIamPolicy: (request: GetIamPolicyRequest, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.workerpools.getIamPolicy');
        return policyOnWire(findWorkerPool(state, request.resource), request);
      }),
    SetIamPolicy: setIamPolicy(access, 'run.workerpools.setIamPolicy'),
    TestIamPermissions: testPermissions(read, findWorkerPool, 'workerpools', holders),
  };
}
