import { status } from '@grpc/grpc-js';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { invalidArgument } from './refuse.ts';
import { StatusError } from './service.ts';

/** An HTTP request as handlers see it. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** The JSON body; undefined where none was sent. */
  readonly body: unknown;
}

/** An answer: a status and a JSON body. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Sent as it is, in place of the body, with what it calls itself. */
  readonly raw?: { readonly mediaType: string; readonly text: string };
}

const maximumBodyBytes = 8 * 1024 * 1024;

/** Starts a server that speaks JSON; its Date header is the sandbox's clock. Throws where the port cannot be used. */
export async function startHttpServer(
  name: string,
  address: { readonly host: string; readonly port: number },
  handle: (request: HttpRequest) => Promise<HttpAnswer>,
  now: () => number,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing, handle, now);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error) => {
    reject(
      new Error(
        `the sandbox cannot listen on ${address.host}:${address.port} (${name}): ${error.message}. Choose another base port.`,
        { cause: error },
      ),
    );
  });
  server.listen(address.port, address.host, resolve);
  await promise;
  return server;
}

/** Ends a server and its open connections. */
export async function stopHttpServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

/** The HTTP status for a gRPC status. Source: google/rpc/code.proto. */
export function httpStatus(code: status): number {
  switch (code) {
    case status.INVALID_ARGUMENT:
    case status.FAILED_PRECONDITION:
    case status.OUT_OF_RANGE:
      return 400;
    case status.UNAUTHENTICATED:
      return 401;
    case status.PERMISSION_DENIED:
      return 403;
    case status.NOT_FOUND:
      return 404;
    case status.ALREADY_EXISTS:
    case status.ABORTED:
      return 409;
    case status.RESOURCE_EXHAUSTED:
      return 429;
    case status.CANCELLED:
      return 499;
    case status.UNIMPLEMENTED:
      return 501;
    case status.UNAVAILABLE:
      return 503;
    case status.DEADLINE_EXCEEDED:
      return 504;
    case status.OK:
      return 200;
    case status.UNKNOWN:
    case status.INTERNAL:
    case status.DATA_LOSS:
      return 500;
    default:
      return code satisfies never;
  }
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: HttpRequest) => Promise<HttpAnswer>,
  now: () => number,
): Promise<void> {
  let answer: HttpAnswer;
  try {
    answer = await handle({
      method: incoming.method ?? 'GET',
      url: new URL(incoming.url ?? '/', 'http://sandbox'),
      headers: incoming.headers,
      body: await readJson(incoming),
    });
  } catch (error) {
    answer = failureOf(error);
  }
  const { mediaType, text } = answer.raw ?? { mediaType: 'application/json', text: JSON.stringify(answer.body ?? {}) };
  outgoing.writeHead(answer.status, { 'content-type': mediaType, date: new Date(now()).toUTCString() });
  outgoing.end(text);
}

function failureOf(error: unknown): HttpAnswer {
  if (error instanceof StatusError)
    return { status: httpStatus(error.code), body: { error: { code: status[error.code], message: error.message } } };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, body: { error: { code: 'INTERNAL', message: `the sandbox failed: ${message}` } } };
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming) {
    if (!Buffer.isBuffer(part)) continue;
    size += part.length;
    if (size > maximumBodyBytes) throw invalidArgument(`the body is larger than ${maximumBodyBytes} bytes`);
    parts.push(part);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidArgument(`the body is not JSON: ${reason}`);
  }
}
