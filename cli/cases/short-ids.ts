import { mayBeNamed, ownPart } from '../../model/case-id.ts';
import { parseFindingName } from '../../model/finding-name.ts';

const fewest = 8;

/** For each id the shortest beginning of its own part (eight characters or more) that no other id of the list has; else the whole id. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    ids.map((id) => {
      const own = ownPart(id);
      for (let length = Math.min(fewest, own.length); length <= own.length; length += 1) {
        const short = own.slice(0, length);
        if (matching(ids, short).length === 1) return [id, short];
      }
      return [id, id];
    }),
  );
}

/** The ids that a text stands for: that id, those of a finding's name, else those that begin so, in whole or in their own part. */
export function matching(ids: readonly string[], text: string): string[] {
  if (ids.includes(text)) return [text];
  const name = parseFindingName(text);
  if (name !== undefined) return ids.filter((id) => mayBeNamed(id, name));
  return ids.filter((id) => id.startsWith(text) || ownPart(id).startsWith(text));
}
