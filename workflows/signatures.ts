import { ed25519 } from '@noble/curves/ed25519.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { isJsonObject } from '../model/json.ts';

/** A flattened JWS. */
interface Signed {
  readonly payload: string;
  readonly protected: string;
  readonly signature: string;
}

/**
 * True where one of these keys (base64url, by key id) signed the text for this purpose: a pure and synchronous check. Whether a key may sign
 * is the trust document's to say, and it is where the keys come from. Never throws.
 */
export function isSignedBy(signed: Signed, purpose: string, keys: Readonly<Record<string, string>>): boolean {
  try {
    const header = readJson(signed.protected);
    if (!isJsonObject(header) || header['alg'] !== 'EdDSA' || header['typ'] !== purpose) return false;
    const kid = header['kid'];
    const key = typeof kid === 'string' && Object.hasOwn(keys, kid) ? keys[kid] : undefined;
    if (key === undefined) return false;
    const text = utf8ToBytes(`${signed.protected}.${signed.payload}`);
    return ed25519.verify(base64urlnopad.decode(signed.signature), text, base64urlnopad.decode(key));
  } catch {
    return false;
  }
}

/** The JSON of a base64url part. Throws where it is none. */
export function readJson(part: string): unknown {
  return JSON.parse(new TextDecoder().decode(base64urlnopad.decode(part)));
}
