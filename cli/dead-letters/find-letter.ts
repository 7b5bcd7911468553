import type { DeadLetters } from '../../intake/dead-letters.ts';
import { UserError } from '../../runtime/errors.ts';
import { shown } from '../terminal/shown.ts';

/** The id of the one dead letter that begins so. Throws UserError where none or several do. */
export async function findLetter(letters: DeadLetters, text: string): Promise<string> {
  const fitting = (await letters.list()).filter(({ id }) => id.startsWith(text));
  const [letter, ...others] = fitting;
  if (letter === undefined)
    throw new UserError(`there is no dead letter ${shown(text, 80)}. List them with: npx firebreak dead-letters list`);
  if (others.length > 0)
    throw new UserError(`${fitting.length} dead letters begin with ${shown(text, 80)}; give more of the id`);
  return letter.id;
}
