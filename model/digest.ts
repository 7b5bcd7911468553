import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/** The canonical JSON (RFC 8785) of a value. Throws a TypeError on a value that has none (a function, undefined). */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no canonical JSON');
  return text;
}

/** sha256 of bytes or of a text's UTF-8, as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data));
}

/** Digests of parsed values, which are frozen in all their depth (model/parse.ts): a plan is named by its digest at each step of an action. */
const known = new WeakMap<object, string>();

/** The digest that decisions, plans and proposals are named by: sha256 of the canonical JSON. */
export function digestOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return sha256Hex(canonicalJson(value));
  const digest = known.get(value) ?? sha256Hex(canonicalJson(value));
  known.set(value, digest);
  return digest;
}
