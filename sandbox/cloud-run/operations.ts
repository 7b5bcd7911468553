import { randomUUID } from 'node:crypto';
import { protoRoot, protosOf } from '../kernel/definitions.ts';
import { notFound } from '../kernel/refuse.ts';
import type { Role } from '../kernel/service.ts';
import { endOf } from './jobs.ts';
import { executionOnWire } from './jobs-wire.ts';
import { identityOf } from './names.ts';
import { takeFault } from './operation-faults.ts';
import type { OperationRecord } from './operation-record.ts';
import type { CloudRunState } from './state.ts';
import { recordOnWire } from './record-wire.ts';

/** The definitions of Cloud Run; they hold google.longrunning too. */
export const runProtos = protosOf('@google-cloud/run');

/** A google.longrunning.Operation as it stands now. The state must be settled. */
export function operationOnWire(state: CloudRunState, operation: OperationRecord, now: number): object {
  const { type = 'Service' } = operation;
  const record = state.services[operation.service];
  const { doneAt, result } = endOfRun(state, operation) ?? operation;
  const metadata =
    (doneAt > now ? operation.meanwhile : undefined) ??
    result ??
    (record === undefined ? {} : recordOnWire(record, state.played.world));
  const head = { name: operation.name, metadata: packed(type, metadata) };
  if (doneAt > now) return { ...head, done: false };
  if (operation.error !== undefined) return { ...head, done: true, error: operation.error };
  return { ...head, done: true, response: packed(type, result ?? metadata) };
}

/** When and how an execution ends that an operation lasts as long as: somebody may have cancelled it since. */
function endOfRun(state: CloudRunState, { service, execution: name }: OperationRecord) {
  const job = name === undefined ? undefined : state.jobs[service];
  const execution = job?.executions.find((one) => one.name === name);
  if (job === undefined || execution === undefined) return undefined;
  const doneAt = endOf(job, execution);
  return { doneAt, result: executionOnWire(job, execution, doneAt) };
}

/** A change whose effect is there at once. */
interface SimpleChange {
  readonly record: {
    readonly project: string;
    readonly location: string;
    /** How long it takes; absent: as long as is usual. */
    readonly operationMilliseconds?: number;
  };
  /** `google.cloud.run.v2.Jobs.DeleteJob`. */
  readonly method: string;
  /** The message in the answer: `Job`. */
  readonly type: string;
  /** Full name of what is changed. */
  readonly resource: string;
  readonly role: Role;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly validateOnly: boolean | undefined;
  /** The short name of an execution that the operation lasts as long as. */
  readonly execution?: string;
  /** What is changed, as it is on the wire until the operation is done, and once it is. */
  readonly meanwhile?: object;
  readonly result: object;
  readonly apply: () => void;
}

/** Makes the change, unless it is only validated or told to fail. Answers its operation, which is done a little later. */
export function simpleOperation(state: CloudRunState, change: SimpleChange): object {
  const { record, method, type, resource, role, now, validateOnly, execution, meanwhile, result, apply } = change;
  const made: OperationRecord = {
    method,
    type,
    service: resource,
    startedAt: now,
    actor: identityOf(role, record.project),
    result,
    ...(execution === undefined ? {} : { execution }),
    ...(meanwhile === undefined ? {} : { meanwhile }),
    name: `projects/${record.project}/locations/${record.location}/operations/${randomUUID()}`,
    doneAt: now + (validateOnly === true ? 0 : (record.operationMilliseconds ?? state.played.durations.quickUpdate)),
    paths: [],
  };
  if (validateOnly === true) return operationOnWire(state, made, now);
  const error = takeFault(state, resource);
  if (error === undefined) apply();
  else made.error = error;
  state.operations[made.name] = made;
  return operationOnWire(state, made, now);
}

/** The operation of that name. Throws NOT_FOUND. */
export function findOperation(state: CloudRunState, name: string): OperationRecord {
  // Names are given out with the project's id; a caller may know it by its number.
  const [, tail] = name.split('/operations/');
  const found = Object.values(state.operations).find(
    (one) => one.name === name || (tail !== undefined && one.name.endsWith(`/operations/${tail}`)),
  );
  if (found === undefined) throw notFound(`Operation '${name}' does not exist.`);
  return found;
}

/** A message of Cloud Run in a google.protobuf.Any. */
function packed(type: string, message: object): object {
  const definition = protoRoot(runProtos).lookupType(`google.cloud.run.v2.${type}`);
  const value = Buffer.from(definition.encode(definition.fromObject(message)).finish());
  return { type_url: `type.googleapis.com/google.cloud.run.v2.${type}`, value };
}
