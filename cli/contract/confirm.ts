import { createInterface } from 'node:readline/promises';
import { UserError } from '../../runtime/errors.ts';

/** Asks before anything is made. Throws UserError where nobody can be asked, or where the answer is no. */
export async function confirm(already: boolean, signal: AbortSignal): Promise<void> {
  if (already) return;
  if (!process.stdin.isTTY)
    throw new UserError('contract: nobody can be asked here, and --yes is not given: nothing was made', 2);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('Go on? Type yes: ', { signal });
    if (answer.trim().toLowerCase() !== 'yes') throw new UserError('not confirmed: nothing was made');
  } finally {
    terminal.close();
  }
}
