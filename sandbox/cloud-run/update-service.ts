import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { UpdateGuard } from '../iam/update-guard.ts';
import type { Role } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import type { World } from '../kernel/reality.ts';
import { findService, identityOf } from './names.ts';
import type { OperationError, OperationRecord } from './operation-record.ts';
import type { RevisionRecord, ServiceRecord, ServiceSpec, Template } from './service-record.ts';
import type { CloudRunState, Played } from './state.ts';
import { desiredSpec } from './service-record.ts';
import { fullName } from './state.ts';
import { takeFault } from './operation-faults.ts';
import { newRevision, sameTemplate } from './template.ts';
import { withDefaults } from './template-defaults.ts';
import { checkedPaths, requestedChange } from './update-mask.ts';
import type { RequestedService } from './update-mask.ts';
import { recordOnWire } from './record-wire.ts';
import { etagOf } from './wire.ts';

/** A google.cloud.run.v2.UpdateServiceRequest. */
export interface UpdateServiceRequest {
  readonly service?: RequestedService | null;
  readonly updateMask?: { readonly paths?: readonly string[] } | null;
  readonly validateOnly?: boolean;
  readonly allowMissing?: boolean;
}

/** Who asks for a change, when, and what he must be granted. */
export interface Caller {
  readonly role: Role;
  readonly now: number;
  readonly guard: UpdateGuard;
}

/** A change that was checked, and how it came. */
interface Acceptance {
  readonly change: Partial<ServiceSpec>;
  readonly paths: readonly string[];
  readonly validateOnly: boolean;
  /** The method, and the message in its answer; absent: those of a service. */
  readonly method?: string;
  readonly type?: string;
}

/**
 * Accepts a change: an operation that is done after a while (`operationMilliseconds` of the service), or, for `validateOnly`, one that is done at
 * once and changed nothing. Throws INVALID_ARGUMENT, NOT_FOUND, ABORTED (another etag), FAILED_PRECONDITION. The state must be settled.
 */
export function updateService(state: CloudRunState, request: UpdateServiceRequest, caller: Caller): OperationRecord {
  const requested = request.service;
  if (requested === undefined || requested === null) throw invalidArgument('service is missing');
  if (request.allowMissing === true)
    throw new StatusError(status.UNIMPLEMENTED, 'the sandbox does not create services: allow_missing must not be set');
  const record = findService(state, requested.name ?? '');
  const { world } = state.played;
  const mask = request.updateMask?.paths ?? [];
  if (world.etag === 'enforced' || mask.length === 0) checkEtag(record, requested.etag ?? '');

  const paths = checkedPaths(mask, world);
  const change = requestedChange(paths, requested, desiredSpec(record), { revisions: revisionsOf(record), world });
  return accept(state, record, { change, paths, validateOnly: request.validateOnly === true }, caller);
}

/** The revisions that are not deleted. */
export function revisionsOf({ revisions }: ServiceRecord): RevisionRecord[] {
  return revisions.filter(({ deletedAt }) => deletedAt === undefined);
}

/** Takes a checked change of a service or worker pool in. */
export function accept(
  state: CloudRunState,
  record: ServiceRecord,
  { change: wanted, paths, validateOnly, method, type }: Acceptance,
  caller: Caller,
): OperationRecord {
  const { projectNumber } = record;
  const { template } = { ...desiredSpec(record), ...wanted };
  caller.guard(caller.role, { projectNumber, template });
  const { change, revision } = withRevision(record, wanted, desiredSpec(record), caller);
  // A creation is no update.
  if (!validateOnly && record.generation > 0) abortNowAndThen(record, state.played.world);
  const operation: OperationRecord = {
    name: `projects/${record.project}/locations/${record.location}/operations/${randomUUID()}`,
    service: fullName(record),
    startedAt: caller.now,
    // One change after the other: a later one is never in force before an earlier one.
    doneAt: Math.max(caller.now, record.pending.at(-1)?.doneAt ?? 0) + lengthOf(record, change, state.played),
    actor: identityOf(caller.role, record.project),
    paths,
    ...(method === undefined ? {} : { method }),
    ...(type === undefined ? {} : { type }),
  };
  if (validateOnly) {
    const preview = structuredClone(record);
    apply(preview, operation, change, revision, undefined);
    return { ...operation, doneAt: caller.now, result: recordOnWire(preview, state.played.world) };
  }
  apply(record, operation, change, revision, takeFault(state, fullName(record)) ?? brokenBy(record, revision));
  state.operations[operation.name] = operation;
  return operation;
}

function apply(
  record: ServiceRecord,
  operation: OperationRecord,
  change: Partial<ServiceSpec>,
  revision: RevisionRecord | undefined,
  error: OperationError | undefined,
): void {
  record.generation += 1;
  record.version += 1;
  record.updateTime = operation.startedAt;
  record.lastModifier = operation.actor;
  if (revision !== undefined) record.revisions.push(revision);
  record.pending.push({
    operation: operation.name,
    doneAt: operation.doneAt,
    generation: record.generation,
    change,
    ...(revision === undefined ? {} : { revision: revision.name }),
    ...(error === undefined ? {} : { error }),
  });
}

/** The service's own length; else what an update takes: the longest where instances reach a network. */
function lengthOf(
  record: ServiceRecord,
  { template = record.effective.template }: Partial<ServiceSpec>,
  { world, durations }: Played,
): number {
  if (record.operationMilliseconds !== undefined) return record.operationMilliseconds;
  if (world.update === 'quick') return durations.quickUpdate;
  const [shortest, longest] = durations.update;
  return template['vpcAccess'] === undefined ? shortest : longest;
}

/** Cloud Run changes a resource itself now and then: who has just read it loses. */
function abortNowAndThen(record: ServiceRecord, { aborted }: World): void {
  record.updatesAsked = (record.updatesAsked ?? 0) + 1;
  if (aborted !== 'now-and-then' || record.updatesAsked % 3 !== 2) return;
  record.version += 1;
  throw new StatusError(
    status.ABORTED,
    `Conflict for resource '${record.name}': version was specified but current version is '${etagOf(record)}'.`,
  );
}

export function checkEtag(record: ServiceRecord, given: string): void {
  const current = etagOf(record);
  if (given !== '' && given !== current) {
    throw new StatusError(
      status.ABORTED,
      `Conflict for resource '${record.name}': version '${given}' was specified but current version is '${current}'.`,
    );
  }
}

/** A template that differs makes a revision; one that does not is no change. */
function withRevision(
  record: ServiceRecord,
  change: Partial<ServiceSpec>,
  before: ServiceSpec,
  { role, now }: { readonly role: Role; readonly now: number },
): { readonly change: Partial<ServiceSpec>; readonly revision?: RevisionRecord } {
  const { template: wanted, ...rest } = change;
  if (wanted === undefined) return { change: rest };
  const template = withDefaults(wanted, record.kind, record.projectNumber);
  if (sameTemplate(template, before.template)) return { change: rest };
  const revision = newRevision(record, template, {
    createTime: now,
    creator: identityOf(role, record.project),
    ready: false,
  });
  return { change: { ...rest, template }, revision };
}

/** A revision never becomes ready whose account lacks what it needs at its start, or with a container whose command is no program. */
function brokenBy(record: ServiceRecord, revision: RevisionRecord | undefined): OperationError | undefined {
  if (revision === undefined) return undefined;
  const account = revision.template['serviceAccount'];
  const broken = typeof account === 'string' && record.brokenServiceAccounts.includes(account);
  if (!broken && !startsNothing(revision.template)) return undefined;
  const why = broken
    ? `Permission denied on secret for Revision service account ${account}.`
    : 'The user-provided container failed to start.';
  return {
    code: status.FAILED_PRECONDITION,
    message: `Revision '${revision.name}' is not ready and cannot serve traffic. ${why}`,
  };
}

/** True where a container is told to run /dev/null: what nobody has a program at. */
function startsNothing({ containers }: Template): boolean {
  return (
    Array.isArray(containers) &&
    containers.some(
      (container: unknown) =>
        typeof container === 'object' &&
        container !== null &&
        'command' in container &&
        Array.isArray(container.command) &&
        container.command[0] === '/dev/null',
    )
  );
}
