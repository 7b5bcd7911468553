import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { type DeleteRequest, deleteRecord, deleters } from './deletes.ts';
import { policyOnWire } from './iam.ts';
import { findWorkerPool, recordsIn, requireRole } from './names.ts';
import { operationOnWire } from './operations.ts';
import { page, type PageRequest } from './paging.ts';
import type { StateAccess } from './services-api.ts';
import { setIamPolicy } from './set-iam-policy.ts';
import { settleAll } from './settle.ts';
import { desiredSpec, type ServiceSpec } from './state.ts';
import { checkedTemplate } from './template.ts';
import { checkedTraffic } from './traffic.ts';
import { accept, checkEtag, revisionsOf } from './update-service.ts';
import { recordOnWire } from './wire.ts';

interface RequestedPool {
  readonly name?: string;
  readonly etag?: string;
  readonly instanceSplits?: readonly {
    readonly type?: string;
    readonly revision?: string;
    readonly percent?: number;
  }[];
  readonly scaling?: { readonly manualInstanceCount?: number } | null;
  readonly template?: object | null;
}

interface UpdateWorkerPoolRequest {
  readonly workerPool?: RequestedPool | null;
  readonly updateMask?: { readonly paths?: readonly string[] } | null;
  readonly validateOnly?: boolean;
}

const readers: readonly Role[] = ['observe', 'respond', 'respond-iam', 'destructive', 'publisher'];
const writers: readonly Role[] = ['respond', 'publisher'];
const writable = [
  'scaling',
  'scaling.manual_instance_count',
  'instance_splits',
  'template',
  'template.service_account',
];

/** google.cloud.run.v2.WorkerPools: get, list, update, delete, IAM policy. */
export function workerPoolsApi(access: StateAccess): Record<string, UnaryHandler> {
  const { read, change } = access;
  return {
    GetWorkerPool: (request: { readonly name: string }, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.workerpools.get');
        return recordOnWire(findWorkerPool(state, request.name));
      }),
    ListWorkerPools: (request: PageRequest, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.workerpools.list');
        const { items, nextPageToken } = page(recordsIn(state.services, 'workerPools', request.parent ?? ''), request);
        return { workerPools: items.map(recordOnWire), nextPageToken };
      }),
    UpdateWorkerPool: (request: UpdateWorkerPoolRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, writers, 'run.workerpools.update');
        const time = now();
        const requested = request.workerPool ?? {};
        const record = findWorkerPool(state, requested.name ?? '');
        checkEtag(record, requested.etag ?? '');
        const paths = checkedPaths(request.updateMask?.paths ?? []);
        const operation = accept(
          state,
          record,
          {
            change: requestedChange(paths, requested, desiredSpec(record), revisionsOf(record)),
            paths,
            validateOnly: request.validateOnly === true,
            method: 'google.cloud.run.v2.WorkerPools.UpdateWorkerPool',
            type: 'WorkerPool',
          },
          { role, now: time },
        );
        settleAll(state, time);
        return operationOnWire(state, operation, time);
      }),
    DeleteWorkerPool: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, deleters, 'run.workerpools.delete');
        return deleteRecord(state, findWorkerPool(state, request.name ?? ''), request, { role, now: now() });
      }),
    GetIamPolicy: (request: { readonly resource: string }, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.workerpools.getIamPolicy');
        return policyOnWire(findWorkerPool(state, request.resource));
      }),
    SetIamPolicy: setIamPolicy(access, 'run.workerpools.setIamPolicy'),
  };
}

function checkedPaths(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) throw invalidArgument('the sandbox wants an update_mask for a worker pool');
  const unknown = paths.find((path) => !writable.includes(path));
  if (unknown !== undefined)
    throw invalidArgument(
      `update_mask: this sandbox cannot write ${JSON.stringify(unknown)}. It knows: ${writable.join(', ')}`,
    );
  return paths;
}

function requestedChange(
  paths: readonly string[],
  { instanceSplits, scaling, template }: RequestedPool,
  current: ServiceSpec,
  revisions: Parameters<typeof checkedTraffic>[1],
): Partial<ServiceSpec> {
  const count = scaling?.manualInstanceCount ?? 0;
  if (count < 0) throw invalidArgument('scaling.manual_instance_count must not be negative');
  const asTraffic = (instanceSplits ?? []).map(({ type = '', ...rest }) => ({
    ...rest,
    type: type.replace('INSTANCE_SPLIT_', 'TRAFFIC_TARGET_'),
  }));
  const given = new Map<string, unknown>(Object.entries(template ?? {}));
  return {
    ...(paths.includes('instance_splits') ? { traffic: checkedTraffic(asTraffic, revisions) } : {}),
    ...(paths.some((path) => path.startsWith('scaling'))
      ? { scaling: { mode: 'MANUAL' as const, manual: count } }
      : {}),
    ...(paths.includes('template')
      ? { template: checkedTemplate(template) }
      : paths.includes('template.service_account')
        ? {
            template: checkedTemplate({
              ...current.template,
              revision: given.get('revision'),
              serviceAccount: given.get('serviceAccount'),
            }),
          }
        : {}),
  };
}
