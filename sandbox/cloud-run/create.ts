import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { invalidArgument } from '../kernel/refuse.ts';
import type { Role } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import type { InstanceRecord } from './instance-record.ts';
import type { JobRecord } from './job-record.ts';
import { jobOnWire } from './jobs-wire.ts';
import { taskOf } from './jobs.ts';
import { identityOf } from './names.ts';
import { operationOnWire, simpleOperation } from './operations.ts';
import type { ServiceRecord, ServiceSpec, Template } from './service-record.ts';
import { settleAll } from './settle.ts';
import { type CloudRunState, fullName } from './state.ts';
import { checkedTemplate } from './template.ts';
import { accept, type Caller, revisionsOf } from './update-service.ts';
import { type RequestedJob, requestedJob } from './update-job.ts';
import { checkedPaths, type RequestedService, requestedChange } from './update-mask.ts';
import { checkedPoolPaths, type RequestedPool, requestedPoolChange } from './update-worker-pool.ts';

interface CreateRequest {
  readonly parent?: string;
  readonly validateOnly?: boolean;
}

export interface CreateServiceRequest extends CreateRequest {
  readonly serviceId?: string;
  readonly service?: RequestedService | null;
}

export interface CreateWorkerPoolRequest extends CreateRequest {
  readonly workerPoolId?: string;
  readonly workerPool?: RequestedPool | null;
}

export interface CreateJobRequest extends CreateRequest {
  readonly jobId?: string;
  readonly job?: RequestedJob | null;
}

/** Who may create: the owners alone. */
export const creators: readonly Role[] = ['publisher'];

/** What an empty service is; its first revision comes with what was asked for. */
const nothing: ServiceSpec = {
  traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
  scaling: { mode: 'AUTOMATIC' },
  ingress: 'INGRESS_TRAFFIC_ALL',
  template: {},
  labels: {},
  annotations: {},
  description: '',
  invokerIamDisabled: false,
  defaultUriDisabled: false,
};

/** Makes a service, whose first revision is ready when the operation is done. Throws ALREADY_EXISTS, INVALID_ARGUMENT. */
export function createService(state: CloudRunState, request: CreateServiceRequest, caller: Caller): object {
  const record = emptyRecord(state, 'services', request.parent, request.serviceId, caller);
  const requested = request.service ?? {};
  const { world } = state.played;
  const change = requestedChange(checkedPaths([], world), requested, nothing, { revisions: [], world });
  return made(state, record, change, caller, {
    validateOnly: request.validateOnly === true,
    method: 'google.cloud.run.v2.Services.CreateService',
    type: 'Service',
  });
}

/** Makes a worker pool, of one instance where nothing is said. Throws ALREADY_EXISTS, INVALID_ARGUMENT. */
export function createWorkerPool(state: CloudRunState, request: CreateWorkerPoolRequest, caller: Caller): object {
  const record = emptyRecord(state, 'workerPools', request.parent, request.workerPoolId, caller);
  const scaling = { manualInstanceCount: request.workerPool?.scaling?.manualInstanceCount ?? 1 };
  const requested = { ...request.workerPool, scaling };
  const change = requestedPoolChange(checkedPoolPaths([], state.played.world), requested, nothing, revisionsOf(record));
  return made(state, record, change, caller, {
    validateOnly: request.validateOnly === true,
    method: 'google.cloud.run.v2.WorkerPools.CreateWorkerPool',
    type: 'WorkerPool',
  });
}

/** Makes a job. Throws ALREADY_EXISTS, INVALID_ARGUMENT. */
export function createJob(state: CloudRunState, request: CreateJobRequest, { role, now, guard }: Caller): object {
  const place = placeOf(request.parent, request.jobId);
  const resource = newResource(state, place, { role, now, guard });
  const job: JobRecord = {
    ...resource,
    kind: 'jobs',
    version: 1,
    ...requestedJob(request.job ?? {}, resource),
    executions: [],
    runsSeconds: 86_400,
    graceSeconds: 10,
    operationMilliseconds: 300,
  };
  refuseTaken(state.jobs[fullName(job)], job);
  guard(role, { projectNumber: job.projectNumber, template: taskOf(job.template) });
  return simpleOperation(state, {
    record: job,
    method: 'google.cloud.run.v2.Jobs.CreateJob',
    type: 'Job',
    resource: fullName(job),
    role,
    now,
    validateOnly: request.validateOnly,
    result: jobOnWire(job, now),
    apply: () => {
      state.jobs[fullName(job)] = job;
    },
  });
}

export interface CreateInstanceRequest extends CreateRequest {
  readonly instanceId?: string;
  readonly instance?: (Template & { readonly labels?: Readonly<Record<string, string>> }) | null;
}

/** A new Cloud Run instance, which runs from now on. Throws ALREADY_EXISTS, INVALID_ARGUMENT, PERMISSION_DENIED. */
export function newInstance(state: CloudRunState, request: CreateInstanceRequest, caller: Caller): InstanceRecord {
  const { containers, volumes, serviceAccount, labels = {} } = request.instance ?? {};
  const resource = newResource(state, placeOf(request.parent, request.instanceId), caller);
  const record: InstanceRecord = {
    ...resource,
    kind: 'instances',
    generation: 1,
    version: 1,
    spec: checkedTemplate({ containers, volumes, serviceAccount }),
    ingress: 'INGRESS_TRAFFIC_ALL',
    invokerIamDisabled: false,
    labels,
    lives: [{ from: caller.now }],
    graceSeconds: 10,
    operationMilliseconds: 300,
    workingUntil: caller.now,
  };
  refuseTaken(state.instances?.[fullName(record)], record);
  caller.guard(caller.role, { projectNumber: record.projectNumber, template: record.spec });
  return record;
}

function made(
  state: CloudRunState,
  record: ServiceRecord,
  change: Partial<ServiceSpec>,
  caller: Caller,
  how: { readonly validateOnly: boolean; readonly method: string; readonly type: string },
): object {
  checkedTemplate(change.template);
  const operation = accept(state, record, { change, paths: [], ...how }, caller);
  if (!how.validateOnly) state.services[fullName(record)] = record;
  settleAll(state, caller.now);
  return operationOnWire(state, operation, caller.now);
}

function emptyRecord(
  state: CloudRunState,
  kind: ServiceRecord['kind'],
  parent: string | undefined,
  id: string | undefined,
  caller: Caller,
): ServiceRecord {
  const record: ServiceRecord = {
    ...newResource(state, placeOf(parent, id), caller),
    kind,
    generation: 0,
    observedGeneration: 0,
    version: 0,
    effective: nothing,
    pending: [],
    terminal: { at: caller.now },
    revisions: [],
    history: [],
    idleSeconds: 900,
    graceSeconds: 10,
    heldConnectionSeconds: 0,
    tagRequests: [],
    brokenServiceAccounts: [],
  };
  refuseTaken(state.services[fullName(record)], record);
  return record;
}

function newResource(state: CloudRunState, place: Place, { role, now }: Caller) {
  const creator = identityOf(role, place.project);
  const known = [...Object.values(state.services), ...Object.values(state.jobs)].find(
    ({ project, projectNumber }) => project === place.project || projectNumber === place.project,
  );
  return {
    ...place,
    project: known?.project ?? place.project,
    // A project that nothing was seeded in has a number that is nobody's.
    projectNumber: known?.projectNumber ?? '100000000001',
    uid: randomUUID(),
    createTime: now,
    updateTime: now,
    creator,
    lastModifier: creator,
    bindings: [],
    inheritedInvokers: [],
    policyVersion: 1,
  };
}

interface Place {
  readonly project: string;
  readonly location: string;
  readonly name: string;
}

/** Where something is to be made. Source of the form of an id: run/v2/service.proto, CreateServiceRequest.service_id. */
function placeOf(parent = '', id = ''): Place {
  const [, project, location] = /^projects\/([^/]+)\/locations\/([^/-][^/]*)$/.exec(parent) ?? [];
  if (project === undefined || location === undefined)
    throw invalidArgument(`${JSON.stringify(parent)} is not of the form projects/P/locations/L`);
  if (!/^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/.test(id))
    throw invalidArgument(
      `${JSON.stringify(id)} is no id: lower-case letters, digits, hyphens, fewer than 50 characters`,
    );
  return { project, location, name: id };
}

function refuseTaken(found: { readonly deletedAt?: number } | undefined, { name }: { readonly name: string }): void {
  if (found !== undefined && found.deletedAt === undefined)
    throw new StatusError(status.ALREADY_EXISTS, `Resource '${name}' already exists.`);
}
