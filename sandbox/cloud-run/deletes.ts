import { status } from '@grpc/grpc-js';
import type { Role } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import { jobEtag, jobOnWire } from './jobs-wire.ts';
import { findRevision } from './names.ts';
import { simpleOperation } from './operations.ts';
import type { JobRecord } from './job-record.ts';
import { desiredSpec, latestReady, type ServiceRecord } from './service-record.ts';
import { type CloudRunState, fullName } from './state.ts';
import { recordOnWire } from './record-wire.ts';
import { etagOf, revisionOnWire } from './wire.ts';

/** A request to delete a service, job, worker pool, revision. */
export interface DeleteRequest {
  readonly name?: string;
  readonly validateOnly?: boolean;
  readonly etag?: string;
}

/** Who may delete: the role that is not there by default, and the owners. */
export const deleters: readonly Role[] = ['destructive', 'publisher'];

interface Caller {
  readonly role: Role;
  readonly now: number;
}

/** Deletes a service, worker pool or job: its instances and executions get SIGTERM. Answers the operation. Throws ABORTED on another etag. */
export function deleteRecord(
  state: CloudRunState,
  record: ServiceRecord | JobRecord,
  request: DeleteRequest,
  { role, now }: Caller,
): object {
  const job = record.kind === 'jobs' ? record : undefined;
  const current = job === undefined ? etagOf(record as ServiceRecord) : jobEtag(job);
  refuseOther(record.name, request.etag, current);
  const type = { services: 'Service', workerPools: 'WorkerPool', jobs: 'Job' }[record.kind];
  return simpleOperation(state, {
    record,
    method: `google.cloud.run.v2.${type}s.Delete${type}`,
    type,
    resource: fullName(record),
    role,
    now,
    validateOnly: request.validateOnly,
    result: job === undefined ? recordOnWire(record as ServiceRecord, state.played.world) : jobOnWire(job, now),
    apply: () => {
      record.deletedAt = now;
      if (record.kind === 'jobs') for (const execution of record.executions) execution.cancelledAt ??= now;
      else end(record, now);
    },
  });
}

/** Nothing is in force any more, and what was still to come does not come. */
function end(record: ServiceRecord, now: number): void {
  record.pending.splice(0);
  delete record.trafficMovesAt;
  record.history.push({ at: now, targets: [], scaling: { mode: 'MANUAL', manual: 0 }, open: false });
}

/** Deletes a revision that neither serves nor is the newest. Throws FAILED_PRECONDITION where it does or is, ABORTED on another etag. */
export function deleteRevision(state: CloudRunState, request: DeleteRequest, { role, now }: Caller): object {
  const { service, revision } = findRevision(state, request.name ?? '');
  const wire = revisionOnWire(service, revision);
  refuseOther(revision.name, request.etag, 'etag' in wire ? String(wire.etag) : '');
  const { traffic } = desiredSpec(service);
  const latest = latestReady(service)?.name;
  const serves = traffic.some((target) => (target.revision ?? latest) === revision.name);
  const newest = service.revisions.findLast(({ deletedAt }) => deletedAt === undefined) === revision;
  if (serves || newest || latest === revision.name)
    throw new StatusError(
      status.FAILED_PRECONDITION,
      `Revision '${revision.name}' cannot be deleted: it ${serves ? 'has traffic or a tag' : 'is the latest one'}.`,
    );
  return simpleOperation(state, {
    record: service,
    method: 'google.cloud.run.v2.Revisions.DeleteRevision',
    type: 'Revision',
    resource: `${fullName(service)}/revisions/${revision.name}`,
    role,
    now,
    validateOnly: request.validateOnly,
    result: wire,
    apply: () => {
      revision.deletedAt = now;
    },
  });
}

/** Throws ABORTED where an etag was given and is another one. */
export function refuseOther(name: string, given: string | undefined, current: string): void {
  if (given !== undefined && given !== '' && given !== current)
    throw new StatusError(
      status.ABORTED,
      `Conflict for resource '${name}': version '${given}' was specified but current version is '${current}'.`,
    );
}
