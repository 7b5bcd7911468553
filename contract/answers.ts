import { status } from '@grpc/grpc-js';
import { codeOf, messageOf } from '../runtime/errors.ts';

/** How a call was answered: `OK`, or the name of its gRPC status; and its text. */
export interface Answered {
  readonly code: string;
  readonly said: string;
}

/** Makes a call of which an error is an answer too. An error without a gRPC status (no connection, our own) is thrown. */
export async function answered(call: () => Promise<unknown>): Promise<Answered> {
  try {
    await call();
    return { code: 'OK', said: 'OK' };
  } catch (error) {
    const code = codeOf(error);
    const name = typeof code === 'number' ? status[code] : undefined;
    if (name === undefined) throw error;
    // What may not be called says nothing of how it would be answered.
    if (code === status.PERMISSION_DENIED || code === status.UNAUTHENTICATED || code === status.UNAVAILABLE)
      throw error;
    // The client puts the number before the name of the status.
    return { code: name, said: messageOf(error).replace(/^\d+ /, '') };
  }
}
