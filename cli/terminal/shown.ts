import { plain } from '../../model/display.ts';

/** Text from outside, made safe for a terminal and at most so long (characters). */
export function shown(text: string, limit = 4_000): string {
  return plain(text, limit);
}
