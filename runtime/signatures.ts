import { randomUUID } from 'node:crypto';
import { exportJWK, FlattenedSign, flattenedVerify, generateKeyPair, importJWK, type JWK } from 'jose';
import { canonicalJson, sha256Hex } from '../model/digest.ts';
import { SignatureError } from './errors.ts';

/** What a key may sign. It stands in the protected header, so that a signature over one thing never passes for another. */
export type Purpose =
  | 'firebreak.decision.v1'
  | 'firebreak.receipt.v1'
  | 'firebreak.observation.v1'
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
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x, d } = await exportJWK(privateKey);
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

const importedKeys = new WeakMap<SigningKey | PublicKey, ReturnType<typeof importJWK>>();

/** Importing takes longer than signing; the same few key objects come again and again. */
function imported(key: SigningKey | PublicKey): ReturnType<typeof importJWK> {
  const known = importedKeys.get(key) ?? importJWK(key as JWK, 'EdDSA');
  importedKeys.set(key, known);
  return known;
}

/** Signs the canonical JSON of a value. */
export async function signJson(value: unknown, purpose: Purpose, key: SigningKey): Promise<Signed> {
  const payload = new TextEncoder().encode(canonicalJson(value));
  const signed = await new FlattenedSign(payload)
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: purpose })
    .sign(await imported(key));
  return { payload: signed.payload, protected: signed.protected ?? '', signature: signed.signature };
}

/** The key id that a signed text names. Throws SignatureError where the header is not ours. */
export function keyIdOf(signed: Signed, purpose: Purpose): string {
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(signed.protected, 'base64url').toString('utf8'));
  } catch (error) {
    throw new SignatureError('the signature has no readable header', { cause: error });
  }
  const { alg, kid, typ } = (header ?? {}) as { alg?: unknown; kid?: unknown; typ?: unknown };
  if (alg !== 'EdDSA' || typ !== purpose || typeof kid !== 'string') {
    throw new SignatureError(`the signature is not an EdDSA signature of a ${purpose}`);
  }
  return kid;
}

/** Verifies a signed text with a public key and answers the value. Throws SignatureError where anything is off, also a payload that is not canonical. */
export async function verifyJson(signed: Signed, purpose: Purpose, key: PublicKey): Promise<unknown> {
  keyIdOf(signed, purpose);
  let payload: Uint8Array;
  try {
    const result = await flattenedVerify(signed, await imported(key), { algorithms: ['EdDSA'] });
    payload = result.payload;
  } catch (error) {
    throw new SignatureError('the signature does not match the text', { cause: error });
  }
  const text = Buffer.from(payload).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SignatureError('what was signed is not JSON', { cause: error });
  }
  if (canonicalJson(value) !== text) throw new SignatureError('what was signed is not canonical JSON');
  return value;
}
