import * as grpc from '@grpc/grpc-js';
import { methodsOf, servicesIn } from './definitions.ts';
import type { MethodDefinition } from './definitions.ts';
import { serveBidi, serveUnary } from './serve-call.ts';
import type { ServedMethod, Serving } from './serve-call.ts';
import type { Role, SandboxService } from './service.ts';

const maximumMessageBytes = 16 * 1024 * 1024;

/**
 * Starts one gRPC server: who connects to this port is that role. Every service that the loaded definitions know is registered, also
 * those that nobody serves, so that calling them is recorded and refused with a sentence. Throws where the port cannot be used.
 */
export async function startGrpcServer(
  role: Role,
  address: { readonly host: string; readonly port: number },
  serving: Serving,
): Promise<grpc.Server> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': maximumMessageBytes });
  for (const methods of Map.groupBy(serving.methods, serviceOf).values()) {
    const definition: Record<string, grpc.MethodDefinition<object, object>> = {};
    const implementation: grpc.UntypedServiceImplementation = {};
    for (const method of methods) {
      definition[method.definition.name] = grpcDefinition(method.definition);
      implementation[method.definition.name] = implementationOf(method, role, serving);
    }
    server.addService(definition, implementation);
  }
  await bind(server, role, address);
  return server;
}

/** Every method that the definitions of these services know. Throws where a service has a handler for a method that does not exist. */
export function servedMethods(services: readonly SandboxService[]): ServedMethod[] {
  const unserved = new Map(
    services.flatMap(({ protos }) => servicesIn(protos).map((name): [string, Unserved] => [name, { name, protos }])),
  );
  for (const { name } of services) unserved.delete(name);
  return [...services, ...unserved.values()].flatMap((service) => {
    const definitions = methodsOf(service);
    for (const name of Object.keys({ ...service.unary, ...service.bidi })) {
      if (!definitions.some((definition) => definition.name === name)) {
        throw new Error(`${service.name} has no method ${name}: the sandbox's handler would never be called`);
      }
    }
    return definitions.map((definition) => ({
      definition,
      unary: service.unary?.[definition.name],
      bidi: service.bidi?.[definition.name],
    }));
  });
}

type Unserved = Pick<SandboxService, 'name' | 'protos'> & Partial<SandboxService>;

function serviceOf({ definition }: ServedMethod): string {
  return definition.fullName.slice(0, definition.fullName.indexOf('/'));
}

function grpcDefinition(definition: MethodDefinition): grpc.MethodDefinition<object, object> {
  return {
    path: `/${definition.fullName}`,
    requestStream: definition.requestStream,
    responseStream: definition.responseStream,
    requestDeserialize: definition.decodeRequest,
    responseSerialize: definition.encodeAnswer,
    // Only a client would use these two.
    requestSerialize: clientSideOnly,
    responseDeserialize: clientSideOnly,
  };
}

function clientSideOnly(): never {
  throw new Error('this definition is for a server');
}

function implementationOf(method: ServedMethod, role: Role, serving: Serving): grpc.UntypedHandleCall {
  const { requestStream, responseStream } = method.definition;
  if (!requestStream && !responseStream) return serveUnary(method, role, serving);
  if (requestStream && responseStream) return serveBidi(method, role, serving);
  throw new Error(`${method.definition.fullName} streams in one direction: the sandbox cannot serve that yet`);
}

async function bind(
  server: grpc.Server,
  role: Role,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // The credentials are insecure on purpose: the sandbox holds invented data and listens on loopback unless told otherwise.
  server.bindAsync(`${host}:${port}`, grpc.ServerCredentials.createInsecure(), (error) => {
    if (error === null) resolve();
    else
      reject(
        new Error(
          `the sandbox cannot listen on ${host}:${port} (role ${role}): ${error.message}. Is the port in use? Choose another base port.`,
          { cause: error },
        ),
      );
  });
  await promise;
}
