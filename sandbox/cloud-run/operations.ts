import { protoRoot, protosOf } from '../kernel/definitions.ts';
import { notFound } from '../kernel/refuse.ts';
import type { CloudRunState, OperationRecord } from './state.ts';
import { serviceOnWire } from './wire.ts';

/** The definitions of Cloud Run; they hold google.longrunning too. */
export const runProtos = protosOf('@google-cloud/run');

/** A google.longrunning.Operation as it stands now. The state must be settled. */
export function operationOnWire(state: CloudRunState, operation: OperationRecord, now: number): object {
  const record = state.services[operation.service];
  const metadata = operation.result ?? (record === undefined ? {} : serviceOnWire(record));
  const head = { name: operation.name, metadata: packed(metadata) };
  if (operation.doneAt > now) return { ...head, done: false };
  if (operation.error !== undefined) return { ...head, done: true, error: operation.error };
  return { ...head, done: true, response: packed(operation.result ?? metadata) };
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

/** A Service in a google.protobuf.Any. */
function packed(service: object): object {
  const type = protoRoot(runProtos).lookupType('google.cloud.run.v2.Service');
  const value = Buffer.from(type.encode(type.fromObject(service)).finish());
  return { type_url: 'type.googleapis.com/google.cloud.run.v2.Service', value };
}
