import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import { creators, type CreateInstanceRequest, newInstance } from './create.ts';
import { type DeleteRequest, deleters, refuseOther } from './deletes.ts';
import { type InstanceRecord, isStarted } from './instance-record.ts';
import { findInstance, identityOf, recordsIn, requireRole } from './names.ts';
import { simpleOperation } from './operations.ts';
import { page, type PageRequest } from './paging.ts';
import type { StateAccess } from './services-api.ts';
import { fullName, type CloudRunState } from './state.ts';
import { timestamp } from './wire.ts';

const readers: readonly Role[] = ['observe', 'respond', 'destructive', 'publisher'];
const writers: readonly Role[] = ['respond', 'publisher'];

/** google.cloud.run.v2.Instances: create, get, list, stop, start, delete. */
export function instancesApi({ read, change, guard }: StateAccess): Record<string, UnaryHandler> {
  return {
    CreateInstance: (request: CreateInstanceRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, creators, 'run.instances.create');
        const record = newInstance(state, request, { role, now: now(), guard });
        return simpleOperation(state, {
          record,
          method: 'google.cloud.run.v2.Instances.CreateInstance',
          type: 'Instance',
          resource: fullName(record),
          role,
          now: now(),
          validateOnly: request.validateOnly,
          result: instanceOnWire(record, now()),
          apply: () => {
            (state.instances ??= {})[fullName(record)] = record;
          },
        });
      }),
    DeleteInstance: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, deleters, 'run.instances.delete');
        const record = findInstance(state, request.name ?? '');
        refuseOther(record.name, request.etag, etagOf(record));
        return simpleOperation(state, {
          record,
          method: 'google.cloud.run.v2.Instances.DeleteInstance',
          type: 'Instance',
          resource: fullName(record),
          role,
          now: now(),
          validateOnly: request.validateOnly,
          result: instanceOnWire(record, now()),
          apply: () => {
            record.deletedAt = now();
            const last = record.lives.at(-1);
            if (last !== undefined) last.to ??= now() + record.graceSeconds * 1000;
          },
        });
      }),
    GetInstance: (request: { readonly name: string }, { role, now }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.instances.get');
        return instanceOnWire(findInstance(state, request.name), now());
      }),
    ListInstances: (request: PageRequest, { role, now }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.instances.list');
        const { items, nextPageToken } = page(
          recordsIn(state.instances ?? {}, 'instances', request.parent ?? ''),
          request,
        );
        return { instances: items.map((record) => instanceOnWire(record, now())), nextPageToken };
      }),
    StopInstance: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, writers, 'run.instances.stop');
        return switched(state, request, 'stop', { role, now: now() });
      }),
    StartInstance: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, writers, 'run.instances.start');
        return switched(state, request, 'start', { role, now: now() });
      }),
  };
}

/** Stops or starts it. Throws ABORTED on another etag, FAILED_PRECONDITION where it is so already. */
function switched(
  state: CloudRunState,
  request: DeleteRequest,
  way: 'stop' | 'start',
  { role, now }: { readonly role: Role; readonly now: number },
): object {
  const record = findInstance(state, request.name ?? '');
  refuseOther(record.name, request.etag, etagOf(record));
  if (isStarted(record) === (way === 'start'))
    throw new StatusError(
      status.FAILED_PRECONDITION,
      `Instance '${record.name}' ${way === 'start' ? 'runs' : 'does not run'} already.`,
    );
  const done = now + (way === 'stop' ? record.graceSeconds * 1000 : record.operationMilliseconds);
  const make = (one: InstanceRecord): InstanceRecord => {
    const last = one.lives.at(-1);
    if (way === 'start') one.lives.push({ from: now });
    else if (last !== undefined) last.to = done;
    one.generation += 1;
    one.version += 1;
    one.updateTime = now;
    one.lastModifier = identityOf(role, one.project);
    one.workingUntil = done;
    return one;
  };
  return simpleOperation(state, {
    record: { ...record, operationMilliseconds: done - now },
    method: `google.cloud.run.v2.Instances.${way === 'stop' ? 'Stop' : 'Start'}Instance`,
    type: 'Instance',
    resource: fullName(record),
    role,
    now,
    validateOnly: request.validateOnly,
    result: instanceOnWire(make(structuredClone(record)), done),
    apply: () => make(record),
  });
}

function etagOf(record: InstanceRecord): string {
  const digest = createHash('sha256')
    .update(`${fullName(record)} ${record.version}`)
    .digest('base64');
  return `"${digest.slice(0, 22)}"`;
}

/** A google.cloud.run.v2.Instance. */
function instanceOnWire(record: InstanceRecord, now: number): object {
  const working = record.workingUntil > now;
  const started = isStarted(record);
  const state = working ? 'CONDITION_RECONCILING' : started ? 'CONDITION_SUCCEEDED' : 'CONDITION_PENDING';
  return {
    name: fullName(record),
    uid: record.uid,
    generation: String(record.generation),
    observedGeneration: String(working ? record.generation - 1 : record.generation),
    labels: record.labels,
    createTime: timestamp(record.createTime),
    updateTime: timestamp(record.updateTime),
    creator: record.creator,
    lastModifier: record.lastModifier,
    launchStage: 'BETA',
    ...record.spec,
    ingress: record.ingress,
    invokerIamDisabled: record.invokerIamDisabled,
    terminalCondition: { type: 'Running', state, lastTransitionTime: timestamp(record.updateTime) },
    urls: [`https://${record.name}-${record.projectNumber}.${record.location}.run.app`],
    reconciling: working,
    etag: etagOf(record),
  };
}
