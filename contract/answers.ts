import { status } from '@grpc/grpc-js';
import { codeOf, messageOf } from '../runtime/errors.ts';

/** How a call was answered: `OK`, or the name of its gRPC status; and its text. */
export interface Answered {
  readonly code: string;
  readonly said: string;
}

/**
 * Makes a call of which an error is an answer too. An error without a gRPC status (no connection, our own) is thrown, and, but where `denials` are
 * answers as well, what the caller may not do: that says nothing of how it would be answered.
 */
export async function answered(
  call: () => Promise<unknown>,
  denials: 'thrown' | 'answers' = 'thrown',
): Promise<Answered> {
  try {
    await call();
    return { code: 'OK', said: 'OK' };
  } catch (error) {
    const code = codeOf(error);
    const name = typeof code === 'number' ? status[code] : undefined;
    if (name === undefined) throw error;
    if (code === status.UNAVAILABLE || code === status.UNAUTHENTICATED) throw error;
    if (code === status.PERMISSION_DENIED && denials === 'thrown') throw error;
    // The client puts the number before the name of the status.
    return { code: name, said: messageOf(error).replace(/^\d+ /, '') };
  }
}
