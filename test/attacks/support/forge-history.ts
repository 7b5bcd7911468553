import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { SigningKey } from '../../../runtime/signatures.ts';

/** What an attacker writes into a history instead: texts, each wherever it stands, and who signed. */
export interface Forgery {
  readonly texts: Readonly<Record<string, string>>;
  /** His own key, in place of every key that signed something. */
  readonly key: SigningKey;
}

/**
 * The history (JSON) as if it had been so from the beginning: in every payload, in every signed text, each of those signed anew with his own key, and
 * the public keys that the history tells of replaced by his.
 */
export function forgeHistory(history: unknown, { texts, key }: Forgery): unknown {
  const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' });
  const keyIds = new Set<string>();
  collectKeyIds(history, keyIds);

  const inText = (text: string): string =>
    Object.entries(texts).reduce((changed, [from, to]) => changed.replaceAll(from, to), text);

  function forge(value: unknown): unknown {
    if (typeof value === 'string') return inText(value);
    if (Array.isArray(value)) return value.map(forge);
    if (!isObject(value)) return value;
    const signed = signedAnew(value, privateKey, (json) => forge(json));
    if (signed !== undefined) return signed;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, keyIds.has(name) ? key.x : forge(part)]),
    );
  }
  return onPayloads(history, forge);
}

/** Changes the JSON in every payload. */
function onPayloads(value: unknown, change: (json: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => onPayloads(one, change));
  if (!isObject(value)) return value;
  const { metadata, data } = value;
  if (isObject(metadata) && typeof data === 'string') {
    const json = parsed(data, 'base64');
    return json === undefined ? value : { ...value, data: base64(JSON.stringify(change(json)), 'base64') };
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, onPayloads(part, change)]));
}

/** A flattened JWS with another payload; undefined for what is none. */
function signedAnew(value: Record<string, unknown>, key: KeyObject, change: (json: unknown) => unknown): unknown {
  const { payload, protected: header, signature } = value;
  if (typeof payload !== 'string' || typeof header !== 'string' || typeof signature !== 'string') return undefined;
  const json = parsed(payload, 'base64url');
  if (json === undefined) return undefined;
  // Object members keep their order: what was canonical stays so.
  const text = base64(JSON.stringify(change(json)), 'base64url');
  const made = sign(null, Buffer.from(`${header}.${text}`), key).toString('base64url');
  return { payload: text, protected: header, signature: made };
}

function collectKeyIds(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) collectKeyIds(one, found);
  if (!isObject(value)) return;
  if (typeof value['protected'] === 'string') {
    const header = parsed(value['protected'], 'base64url');
    if (isObject(header) && typeof header['kid'] === 'string') found.add(header['kid']);
  }
  if (isObject(value['metadata']) && typeof value['data'] === 'string')
    collectKeyIds(parsed(value['data'], 'base64'), found);
  else for (const part of Object.values(value)) collectKeyIds(part, found);
}

function parsed(text: string, encoding: 'base64' | 'base64url'): unknown {
  try {
    return JSON.parse(Buffer.from(text, encoding).toString('utf8')) as unknown;
  } catch {
    // Not JSON: binary data, or nothing.
    return undefined;
  }
}

function base64(text: string, encoding: 'base64' | 'base64url'): string {
  return Buffer.from(text, 'utf8').toString(encoding);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
