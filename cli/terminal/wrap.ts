/** Characters that terminals draw two columns wide. Combining ones count as one, so a line is never wider than it is taken to be. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Extended_Pictographic}/u;

/** Columns that a text takes. */
export function columns(text: string): number {
  let count = 0;
  for (const character of text) count += wide.test(character) ? 2 : 1;
  return count;
}

/** The text in lines of at most `width` columns, broken between words where that goes. Never empty. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const candidate = line === '' ? word : `${line} ${word}`;
    if (columns(candidate) <= width) {
      line = candidate;
      continue;
    }
    if (line !== '') lines.push(line);
    const parts = broken(word, width);
    line = parts.pop() ?? '';
    lines.push(...parts);
  }
  return [...lines, line];
}

/** After these a long word (a URL, an image, a resource name) is best broken. */
const joints = /[/@=&?,:]/;

function broken(word: string, width: number): string[] {
  const parts: string[] = [];
  let part = '';
  let taken = 0;
  for (const character of word) {
    const size = columns(character);
    if (taken + size > width && part !== '') {
      const cut = lastJoint(part);
      parts.push(part.slice(0, cut));
      part = part.slice(cut);
      taken = columns(part);
    }
    part += character;
    taken += size;
  }
  return [...parts, part];
}

/** Where to break: after the last joint in the second half, else at the end. */
function lastJoint(part: string): number {
  for (let index = part.length - 1; index >= part.length / 2; index -= 1)
    if (joints.test(part.charAt(index))) return index + 1;
  return part.length;
}
