import * as grpc from '@grpc/grpc-js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallLog, CallRecord } from './calls.ts';
import type { MethodDefinition } from './definitions.ts';
import type { Fault, Faults } from './faults.ts';
import type { BidiHandler, CallContext, Role, UnaryHandler } from './service.ts';
import { StatusError } from './service.ts';

/** A method with its handler; without one it answers UNIMPLEMENTED. */
export interface ServedMethod {
  readonly definition: MethodDefinition;
  readonly unary: UnaryHandler | undefined;
  readonly bidi: BidiHandler | undefined;
}

/** What every call needs, whoever makes it. */
export interface Serving {
  readonly methods: readonly ServedMethod[];
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly now: () => number;
  /** Answers when what the work changed is kept for good. */
  readonly durably: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Serves a unary method to that role: recorded, with faults played, errors as gRPC statuses. */
export function serveUnary(method: ServedMethod, role: Role, serving: Serving): grpc.handleUnaryCall<object, object> {
  return (call, callback) => {
    const context = contextOf(call.metadata, role, serving.now);
    const record = recordOf(method, context, serving.calls, call.request);
    const fault = serving.faults.take(record.method, role);
    answerUnary(method, serving, call.request, context, record, fault).then(
      (answer) => {
        record.code = 'OK';
        callback(null, answer);
      },
      (error: unknown) => {
        const failure = failureOf(error, record);
        callback(failure);
      },
    );
  };
}

async function answerUnary(
  { definition, unary }: ServedMethod,
  { durably }: Serving,
  request: object,
  context: CallContext,
  record: CallRecord,
  fault: Fault | undefined,
): Promise<object> {
  if (fault !== undefined) record.fault = fault.kind;
  if (fault !== undefined && fault.kind !== 'apply-then-lose') await meet(fault, record.method);
  if (unary === undefined) throw unimplemented(definition);
  const answer = await durably(() => unary(request as never, context));
  // Encoded here, so that an answer that does not fit the definition is this handler's error and not a broken stream.
  definition.encodeAnswer(answer);
  if (fault?.kind === 'apply-then-lose') await meet(fault, record.method);
  return answer;
}

/** Serves a bidirectional stream to that role. A fault meets it when it is opened; `apply-then-lose` ends it after its first request was handled. */
export function serveBidi(
  method: ServedMethod,
  role: Role,
  serving: Serving,
): grpc.handleBidiStreamingCall<object, object> {
  return (stream) => {
    const context = contextOf(stream.metadata, role, serving.now);
    const fault = serving.faults.take(method.definition.fullName, role);
    const endListeners: (() => void)[] = [];
    let record: CallRecord | undefined;
    let ended = false;

    const finish = (error?: unknown): void => {
      if (ended) return;
      ended = true;
      record ??= recordOf(method, context, serving.calls, {});
      if (error === undefined) {
        record.code = 'OK';
        stream.end();
      } else {
        // grpc-js ends a stream with the status of the error that is emitted on it.
        stream.emit('error', failureOf(error, record));
      }
      for (const listener of endListeners) listener();
    };
    const gone = (code: string): void => {
      if (ended) return;
      ended = true;
      if (record !== undefined) record.code = code;
      for (const listener of endListeners) listener();
    };

    const open = async (): Promise<void> => {
      if (fault !== undefined && fault.kind !== 'apply-then-lose') await meet(fault, method.definition.fullName);
      if (method.bidi === undefined) throw unimplemented(method.definition);
      let onRequest: ((request: never) => void) | undefined;
      method.bidi(
        {
          onRequest: (listener) => {
            onRequest = listener;
          },
          onEnd: (listener) => endListeners.push(listener),
          send: (answer) => {
            if (!ended) stream.write(answer);
          },
          end: finish,
        },
        context,
      );
      stream.on('data', (request: object) => {
        if (ended) return;
        if (record === undefined) {
          record = recordOf(method, context, serving.calls, request);
          if (fault !== undefined) record.fault = fault.kind;
        }
        try {
          onRequest?.(request as never);
        } catch (error) {
          finish(error);
          return;
        }
        if (fault?.kind === 'apply-then-lose') meet(fault, method.definition.fullName).catch(finish);
      });
      stream.on('end', () => finish());
    };
    stream.on('cancelled', () => gone('CANCELLED'));
    stream.on('error', () => gone('CANCELLED'));
    open().catch(finish);
  };
}

/** Waits as the fault says and, unless it is only a delay, throws its error. */
async function meet(fault: Fault, method: string): Promise<void> {
  if (fault.delayMilliseconds > 0) await sleep(fault.delayMilliseconds);
  if (fault.kind !== 'delay') {
    throw new StatusError(
      fault.code,
      `a fault of the sandbox: ${method} was told to answer ${grpc.status[fault.code]}${fault.kind === 'apply-then-lose' ? ' after it was carried out' : ''}`,
    );
  }
}

function contextOf(metadata: grpc.Metadata, role: Role, now: () => number): CallContext {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(metadata.getMap())) if (typeof value === 'string') texts[key] = value;
  return { role, now, metadata: texts };
}

function recordOf({ definition }: ServedMethod, context: CallContext, calls: CallLog, request: unknown): CallRecord {
  const reason = context.metadata['x-goog-request-reason'];
  return calls.record({ role: context.role, method: definition.fullName, request, reason });
}

function unimplemented({ fullName }: MethodDefinition): StatusError {
  return new StatusError(
    grpc.status.UNIMPLEMENTED,
    `the sandbox does not serve ${fullName}. docs/fidelity.md lists what it serves.`,
  );
}

/** The status that the caller sees. An error without a status is a fault of the sandbox itself: it is shown, never hidden. */
function failureOf(error: unknown, record: CallRecord): { code: grpc.status; details: string } & Error {
  const failure =
    error instanceof StatusError
      ? error
      : new StatusError(
          grpc.status.INTERNAL,
          `the sandbox failed in ${record.method}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
  record.code = grpc.status[failure.code] ?? String(failure.code);
  return Object.assign(new Error(failure.message), { code: failure.code, details: failure.message });
}
