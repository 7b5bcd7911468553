import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';
import type { SandboxService } from './service.ts';

const require = createRequire(import.meta.url);
const roots = new Map<string, protobuf.Root>();

/** How messages look to handlers: camelCase, enums as names, int64 as strings, every field present. The same as the options of @grpc/proto-loader. */
const plainObject: protobuf.IConversionOptions = { enums: String, longs: String, defaults: true, oneofs: true };

/** One method of a service, ready to be served. */
export interface MethodDefinition {
  /** `google.cloud.run.v2.Services/UpdateService`. */
  readonly fullName: string;
  readonly name: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly decodeRequest: (bytes: Buffer) => object;
  readonly encodeAnswer: (answer: object) => Buffer;
}

/** The absolute path of the definitions that a client package brings: `protosOf('@google-cloud/run')`. Throws where the package is not installed. */
export function protosOf(clientPackage: string): string {
  return require.resolve(`${clientPackage}/build/protos/protos.json`);
}

/** The absolute path of google.cloud.location, which a client package takes from the library that it stands on. */
export function locationProtosOf(clientPackage: string): string {
  const library = createRequire(protosOf(clientPackage)).resolve('google-gax');
  return join(dirname(library), '../protos/locations.json');
}

/** The definitions in that file, read once per process. */
export function protoRoot(path: string): protobuf.Root {
  let root = roots.get(path);
  if (root === undefined) {
    root = protobuf.Root.fromJSON(JSON.parse(readFileSync(path, 'utf8')));
    roots.set(path, root);
  }
  return root;
}

/** All methods of one service. Throws where the file does not define it. */
export function methodsOf(service: Pick<SandboxService, 'name' | 'protos'>): MethodDefinition[] {
  return protoRoot(service.protos).lookupService(service.name).methodsArray.map(methodDefinition);
}

/** The full names of all services that the file defines, so that those nobody serves can say so. */
export function servicesIn(path: string): string[] {
  const names: string[] = [];
  const visit = (namespace: protobuf.NamespaceBase): void => {
    for (const child of namespace.nestedArray) {
      if (child instanceof protobuf.Service) names.push(child.fullName.slice(1));
      else if (child instanceof protobuf.Namespace) visit(child);
    }
  };
  visit(protoRoot(path));
  return names;
}

function methodDefinition(method: protobuf.Method): MethodDefinition {
  // Resolved on the first call: most methods of a package are never called.
  const requestType = once(() => resolved(method).resolvedRequestType);
  const responseType = once(() => resolved(method).resolvedResponseType);
  return {
    fullName: `${method.parent?.fullName.slice(1) ?? ''}/${method.name}`,
    name: method.name,
    requestStream: method.requestStream === true,
    responseStream: method.responseStream === true,
    decodeRequest: (bytes) => requestType().toObject(requestType().decode(bytes), plainObject),
    encodeAnswer: (answer) => Buffer.from(responseType().encode(responseType().fromObject(answer)).finish()),
  };
}

function resolved(method: protobuf.Method): protobuf.Method {
  if (!method.resolved) method.resolve();
  return method;
}

function once(load: () => protobuf.Type | null): () => protobuf.Type {
  let type: protobuf.Type | null = null;
  return () => {
    type ??= load();
    if (type === null) throw new Error('a message type of the definitions cannot be resolved');
    return type;
  };
}
