import { randomUUID } from 'node:crypto';
import { protoRoot, protosOf } from '../kernel/definitions.ts';
import { notFound } from '../kernel/refuse.ts';
import type { CloudRunState, OperationRecord } from './state.ts';
import { recordOnWire } from './wire.ts';

/** The definitions of Cloud Run; they hold google.longrunning too. */
export const runProtos = protosOf('@google-cloud/run');

/** A google.longrunning.Operation as it stands now. The state must be settled. */
export function operationOnWire(state: CloudRunState, operation: OperationRecord, now: number): object {
  const { type = 'Service' } = operation;
  const record = state.services[operation.service];
  const metadata = operation.result ?? (record === undefined ? {} : recordOnWire(record));
  const head = { name: operation.name, metadata: packed(type, metadata) };
  if (operation.doneAt > now) return { ...head, done: false };
  if (operation.error !== undefined) return { ...head, done: true, error: operation.error };
  return { ...head, done: true, response: packed(type, operation.result ?? metadata) };
}

/** An operation whose effect is there at once, and which is done a little later. One that only validates is done, and is not kept. */
export function simpleOperation(
  state: CloudRunState,
  record: { readonly project: string; readonly location: string; readonly operationMilliseconds: number },
  operation: Pick<OperationRecord, 'method' | 'type' | 'service' | 'startedAt' | 'actor'> & { readonly result: object },
  validateOnly = false,
): OperationRecord {
  const made: OperationRecord = {
    ...operation,
    name: `projects/${record.project}/locations/${record.location}/operations/${randomUUID()}`,
    doneAt: operation.startedAt + (validateOnly ? 0 : record.operationMilliseconds),
    paths: [],
  };
  if (!validateOnly) state.operations[made.name] = made;
  return made;
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
