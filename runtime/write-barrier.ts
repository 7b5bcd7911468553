import { AsyncLocalStorage } from 'node:async_hooks';
import { status } from '@grpc/grpc-js';
import type { Mode } from '../model/plan.ts';
import { FirebreakError } from './errors.ts';

/** A call that would change something was about to leave the process in a dry run. It did not. */
export class WriteBarrierError extends FirebreakError {
  /** For good: no retry makes it pass. */
  readonly code = status.FAILED_PRECONDITION;
  constructor(path: string) {
    super(`dry run: ${path} would change something and was not sent`);
  }
}

/** What gRPC's client tells of a call before it is made. */
interface Invocation {
  readonly argument?: unknown;
  readonly methodDefinition: { readonly path: string; readonly requestSerialize: (value: never) => Buffer };
}

const dryRuns = new AsyncLocalStorage<true>();

/** Does something during which no client behind the barrier can write, also in a process that may. */
export function withoutWriting<T>(work: () => Promise<T>): Promise<T> {
  return dryRuns.run(true, work);
}

/**
 * Options that put the barrier below a Google client, where its calls become gRPC's: in a process of mode `dry-run`, and within
 * `withoutWriting`, a call leaves only if it reads or is a validation.
 */
export function writeBarrier(mode: Mode) {
  return {
    'grpc.callInvocationTransformer'<T extends Invocation>(call: T): T {
      if ((mode === 'dry-run' || dryRuns.getStore() === true) && !isHarmless(call))
        throw new WriteBarrierError(call.methodDefinition.path);
      return call;
    },
  };
}

/** Whether a call changes nothing. What is not known to is taken to change something. */
function isHarmless({ methodDefinition: { path, requestSerialize }, argument }: Invocation): boolean {
  if (/\/(Get|List|TestIamPermissions)[A-Za-z]*$/.test(path)) return true;
  if (typeof argument !== 'object' || argument === null) return false;
  const { validateOnly, ...rest } = argument as { readonly validateOnly?: unknown };
  if (validateOnly !== true) return false;
  // By the bytes that would be sent: a method whose request has no such field leaves it out, and would do what it is asked.
  return !requestSerialize(argument as never).equals(requestSerialize(rest as never));
}
