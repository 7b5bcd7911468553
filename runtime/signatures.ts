import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { canonicalJson, sha256Hex } from '../model/digest.ts';
import { parsed } from '../model/parse.ts';
import { closed, text, word } from '../model/schema.ts';
import { SignatureError } from './errors.ts';

/** What a key may sign. It stands in the protected header, so that a signature over one thing never passes for another. */
export type Purpose =
  | 'firebreak.decision.v1'
  | 'firebreak.reopen.v1'
  | 'firebreak.receipt.v1'
  | 'firebreak.observation.v1'
  | 'firebreak.grants.v1'
  | 'firebreak.roster.v1'
  | 'firebreak.ledger.v1'
  | 'firebreak.index.v1'
  | 'firebreak.opened.v1'
  | 'firebreak.rest.v1'
  | 'firebreak.halt.v1'
  | 'firebreak.resume.v1';

/** A flattened JWS (RFC 7515): base64url payload (canonical JSON), protected header, signature. */
export interface Signed {
  readonly payload: string;
  readonly protected: string;
  readonly signature: string;
}

/** A private key as kept in a file (JWK, Ed25519, `kid` set). */
export interface SigningKey {
  readonly kid: string;
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly d: string;
}

/** A public key as kept in the roster. */
export interface PublicKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

/** A new Ed25519 key pair with a random key id. */
export async function newSigningKey(prefix: string): Promise<SigningKey> {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (x === undefined || d === undefined) throw new TypeError('the key has no Ed25519 parts');
  return { kid: `${prefix}-${randomUUID().slice(0, 8)}`, kty: 'OKP', crv: 'Ed25519', x, d };
}

/** The public half. */
export function publicHalf(key: SigningKey): PublicKey {
  return { kty: key.kty, crv: key.crv, x: key.x };
}

/** The fingerprint of a public key: sha256 of its canonical JSON, 64 lower-case hex digits. */
export function fingerprintOfKey({ kty, crv, x }: PublicKey): string {
  return sha256Hex(canonicalJson({ kty, crv, x }));
}

const importedKeys = new WeakMap<SigningKey | PublicKey, KeyObject>();

/** Importing takes longer than signing; the same few key objects come again and again. */
function imported(key: SigningKey | PublicKey): KeyObject {
  const { kty, crv, x } = key;
  const known =
    importedKeys.get(key) ??
    ('d' in key
      ? createPrivateKey({ format: 'jwk', key: { kty, crv, x, d: key.d } })
      : createPublicKey({ format: 'jwk', key: { kty, crv, x } }));
  importedKeys.set(key, known);
  return known;
}

/**
 * Signs the canonical JSON of a value. On this thread, since an Ed25519 signature takes 0.05 ms: libraries for JWS go by WebCrypto, which hands
 * each to another thread and back, and that was dearer than all the rest of it (bench/RESULTS.md). Promised all the same: a key may lie elsewhere.
 */
export async function signJson(value: unknown, purpose: Purpose, key: SigningKey): Promise<Signed> {
  const payload = Buffer.from(canonicalJson(value), 'utf8').toString('base64url');
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: key.kid, typ: purpose }), 'utf8').toString(
    'base64url',
  );
  return {
    payload,
    protected: header,
    signature: sign(null, signedBytes(header, payload), imported(key)).toString('base64url'),
  };
}

/** What a flattened JWS signs (RFC 7515, 5.1). */
function signedBytes(header: string, payload: string): Buffer {
  return Buffer.from(`${header}.${payload}`, 'ascii');
}

/** The header of each signature of ours: nothing else may stand in it, no extension that changes what is signed (`crit`, `b64`). */
const headerSchema = closed({ alg: word('EdDSA'), kid: text(200), typ: text(100) });

/** The key id that a signed text names. Throws SignatureError where the header is not ours. */
export function keyIdOf(signed: Signed, purpose: Purpose): string {
  try {
    const { kid, typ } = parsed(headerSchema, JSON.parse(decoded(signed.protected).toString('utf8')), 'header');
    if (typ === purpose) return kid;
  } catch (error) {
    throw new SignatureError('the signature has no readable header', { cause: error });
  }
  throw new SignatureError(`the signature is not an EdDSA signature of a ${purpose}`);
}

/** Verifies a signed text with a public key and answers the value. Throws SignatureError where anything is off, also a payload that is not canonical. */
export async function verifyJson(signed: Signed, purpose: Purpose, key: PublicKey): Promise<unknown> {
  keyIdOf(signed, purpose);
  if (!holds(signed, key)) throw new SignatureError('the signature does not match the text');
  const json = decoded(signed.payload).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new SignatureError('what was signed is not JSON', { cause: error });
  }
  if (canonicalJson(value) !== json) throw new SignatureError('what was signed is not canonical JSON');
  return value;
}

/** Whether the signature is one of these bytes by this key; a key or a signature that is none holds for nothing. */
function holds(signed: Signed, key: PublicKey): boolean {
  try {
    return verify(null, signedBytes(signed.protected, signed.payload), imported(key), decoded(signed.signature));
  } catch (error) {
    throw new SignatureError('the signature cannot be checked', { cause: error });
  }
}

/** The bytes of a text in base64url; Node reads more than that form, and one text may stand for one only. Throws SignatureError. */
function decoded(encoded: string): Buffer {
  const bytes = Buffer.from(encoded, 'base64url');
  if (bytes.toString('base64url') !== encoded) throw new SignatureError('the signed text is not in base64url');
  return bytes;
}
