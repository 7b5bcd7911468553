import { createInterface } from 'node:readline/promises';
import { UserError } from '../../runtime/errors.ts';

/** Asks before anything is made. Throws UserError where nobody can be asked, or where the answer is not yes: Ctrl-C and the end of the input are none. */
export async function confirm(already: boolean, signal: AbortSignal): Promise<void> {
  if (already) return;
  if (!process.stdin.isTTY)
    throw new UserError('contract: nobody can be asked here, and --yes is not given: nothing was made', 2);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ended = Promise.withResolvers<string>();
  terminal.once('close', () => ended.resolve(''));
  let answer: string;
  try {
    answer = await Promise.race([terminal.question('Go on? Type yes: ', { signal }), ended.promise]);
  } catch (error) {
    throw new UserError('stopped: nothing was made', 1, { cause: error });
  } finally {
    terminal.close();
  }
  if (answer.trim().toLowerCase() !== 'yes') throw new UserError('not confirmed: nothing was made');
}
