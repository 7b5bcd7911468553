import { sha256 } from '@noble/hashes/sha2.js';
import { entropyToMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Hex } from './digest.ts';
import { sameWords, sixWords } from './words.ts';

test('the words of a digest are the first six of what BIP-39 makes of its first 128 bits', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const entropy = sha256(new TextEncoder().encode(text)).slice(0, 16);
      expect(sixWords(sha256Hex(text)).split(' ')).toEqual(entropyToMnemonic(entropy, wordlist).split(' ').slice(0, 6));
    }),
  );
});

test('what is no sha256 has no words', () => {
  for (const digest of ['', 'abc', 'A'.repeat(64), `${'a'.repeat(64)}\n`, 'g'.repeat(64)])
    expect(() => sixWords(digest)).toThrow(TypeError);
});

test('words are compared as people type them, and by all six', () => {
  const words = sixWords(sha256Hex('a plan'));
  expect(sameWords(words.toUpperCase().replaceAll(' ', ', '), words)).toBe(true);
  expect(sameWords(words.split(' ').slice(0, 5).join(' '), words)).toBe(false);
  expect(sameWords('', words)).toBe(false);
});
