import type { Answered } from '../model/investigation.ts';
import { messageOf } from '../runtime/errors.ts';

/** Asks once: what fails, as where the quota is used up, is no answer yet. */
export async function triedOnce<T>(ask: () => Promise<T>): Promise<Answered<T>> {
  try {
    return { status: 'answered', value: await ask() };
  } catch (error) {
    return { status: 'pending', reason: messageOf(error).slice(0, 200) };
  }
}
