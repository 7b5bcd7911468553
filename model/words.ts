import { wordlist } from '@scure/bip39/wordlists/english.js';

/** The list has 2^11 words. */
const bitsOfWord = 11n;
const count = 6n;

/**
 * A digest as six words of the BIP-39 list, for people to read out and to compare: its first 66 bits, so that nobody makes another text of the
 * same words by trying. Throws a TypeError where it is no sha256 in hex.
 */
export function sixWords(digest: string): string {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new TypeError('words are made of a sha256, 64 lower-case hex digits');
  const bits = BigInt(`0x${digest}`) >> (256n - bitsOfWord * count);
  const words: string[] = [];
  for (let place = count - 1n; place >= 0n; place -= 1n)
    words.push(wordlist[Number((bits >> (bitsOfWord * place)) & 2_047n)] ?? '');
  return words.join(' ');
}

/** The same words however they were typed: capitals, commas, line breaks and hyphens between them say nothing. */
export function sameWords(left: string, right: string): boolean {
  const own = (text: string): string => (text.toLowerCase().match(/[a-z]+/g) ?? []).join(' ');
  return own(left) === own(right);
}
