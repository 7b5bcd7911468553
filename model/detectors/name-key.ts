/** Longer than any name of a detector or product by far; what is longer is no such name, and is not read further. */
const longestName = 256;

/**
 * What two spellings of one name have in common: its letters and digits, without case, marks of a preview, and the spellings that
 * Google's pages mix (crypto, cryptocurrency; in Container, In Container; Built in, Built-in). Empty for a text that can be no name.
 * Takes the same time for any text, however long.
 */
export function nameKey(name: string): string {
  if (name.length > longestName) return '';
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
    .replace(/preview$/, '')
    .replaceAll('cryptocurrency', 'crypto')
    .replaceAll('defence', 'defense');
}
