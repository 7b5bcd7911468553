import { FlattenedSign, flattenedVerify, importJWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { keyIdOf, newSigningKey, publicHalf, type Signed, signJson, verifyJson } from './signatures.ts';

const key = await newSigningKey('ana');
const genuine = await signJson({ b: 'é', a: 1 }, 'firebreak.decision.v1', key);

test('what was signed is answered, and the key that signed it', async () => {
  expect(keyIdOf(genuine, 'firebreak.decision.v1')).toBe(key.kid);
  expect(await verifyJson(genuine, 'firebreak.decision.v1', publicHalf(key))).toEqual({ a: 1, b: 'é' });
});

test('a signature is an ordinary flattened JWS: another library verifies ours, and ours another’s', async () => {
  const verified = await flattenedVerify(genuine, await importJWK({ ...publicHalf(key) }, 'EdDSA'));
  expect(new TextDecoder().decode(verified.payload)).toBe('{"a":1,"b":"é"}');

  const others = await new FlattenedSign(new TextEncoder().encode('{"a":1}'))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'firebreak.decision.v1' })
    .sign(await importJWK({ ...key }, 'EdDSA'));
  expect(await verifyJson(others as Signed, 'firebreak.decision.v1', publicHalf(key))).toEqual({ a: 1 });
});

describe('does not hold:', () => {
  const last = genuine.signature.slice(-1);
  const header = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
  const good = { alg: 'EdDSA', kid: key.kid, typ: 'firebreak.decision.v1' };
  test.each<[string, Signed]>([
    ['another payload', { ...genuine, payload: Buffer.from('{"a":2}').toString('base64url') }],
    ['another signature', { ...genuine, signature: `A${genuine.signature.slice(1)}` }],
    ['a signature of the same bytes in another spelling', { ...genuine, signature: `${genuine.signature}==` }],
    ['one whose unused last bits differ', { ...genuine, signature: genuine.signature.slice(0, -1) + nextLetter(last) }],
    ['one that is cut', { ...genuine, signature: genuine.signature.slice(0, -2) }],
    ['none', { ...genuine, signature: '' }],
    ['a header with an extension', { ...genuine, protected: header({ ...good, crit: ['b64'], b64: false }) }],
    ['a header for another algorithm', { ...genuine, protected: header({ ...good, alg: 'none' }) }],
    ['a header that is no JSON', { ...genuine, protected: 'bm9uZQ' }],
    ['parts that are no text', { payload: 1, protected: null, signature: {} } as unknown as Signed],
  ])('%s', async (_what, signed) => {
    await expect(verifyJson(signed, 'firebreak.decision.v1', publicHalf(key))).rejects.toMatchObject({
      name: 'SignatureError',
    });
  });

  test('a signature for another purpose, and one of another key', async () => {
    await expect(verifyJson(genuine, 'firebreak.receipt.v1', publicHalf(key))).rejects.toThrow(/firebreak.receipt.v1/);
    const other = publicHalf(await newSigningKey('ben'));
    await expect(verifyJson(genuine, 'firebreak.decision.v1', other)).rejects.toThrow(/does not match the text/);
  });

  test('a signed text that is not canonical JSON', async () => {
    const signed = await new FlattenedSign(new TextEncoder().encode('{ "a": 1 }'))
      .setProtectedHeader(good)
      .sign(await importJWK({ ...key }, 'EdDSA'));
    await expect(verifyJson(signed as Signed, 'firebreak.decision.v1', publicHalf(key))).rejects.toThrow(/canonical/);
  });
});

/** The next letter of base64url: the last of a signature carries four bits that say nothing. */
function nextLetter(letter: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[(alphabet.indexOf(letter) + 1) % alphabet.length] ?? 'A';
}
