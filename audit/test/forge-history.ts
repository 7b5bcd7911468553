import type { Signed } from '../../runtime/signatures.ts';
import { asSigned, signedAs } from '../history-values.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonHistory } from './edit-history.ts';

/** How to forge: all texts, and what is signed (undefined: its text is changed, and the signature left). */
export interface Forgery {
  readonly text?: (text: string) => string;
  readonly sign?: (purpose: string, value: unknown) => Promise<Signed> | undefined;
  /** Any value in a payload, after its parts. */
  readonly value?: (value: unknown) => unknown;
}

/** The history with everything changed in all of its payloads, so that each place says the same. */
export async function forged(history: JsonHistory, forgery: Forgery): Promise<JsonHistory> {
  return (await walk(history, (payload) => forgedPayload(payload, forgery))) as JsonHistory;
}

/** A copy, with each payload replaced. */
async function walk(value: unknown, replace: (data: string) => Promise<string>): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((one) => walk(one, replace)));
  if (!isJsonObject(value)) return value;
  const { metadata, data } = value;
  if (isJsonObject(metadata) && typeof data === 'string') return { metadata, data: await replace(data) };
  const parts = Object.entries(value).map(async ([name, part]) => [name, await walk(part, replace)] as const);
  return Object.fromEntries(await Promise.all(parts));
}

async function forgedPayload(data: string, forgery: Forgery): Promise<string> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data, 'base64').toString());
  } catch {
    // Not every payload is JSON.
    return data;
  }
  return Buffer.from(JSON.stringify(await forgedValue(value, forgery))).toString('base64');
}

async function forgedValue(value: unknown, forgery: Forgery): Promise<unknown> {
  const { text = (same) => same, value: changed = (same) => same, sign = () => undefined } = forgery;
  if (typeof value === 'string') return changed(text(value));
  if (Array.isArray(value)) return changed(await Promise.all(value.map((one) => forgedValue(one, forgery))));
  if (!isJsonObject(value)) return changed(value);
  const signed = asSigned(value);
  if (signed !== undefined) {
    const said = text(Buffer.from(signed.payload, 'base64url').toString());
    const anew = await sign(signedAs(signed), JSON.parse(said));
    return changed(anew ?? { ...signed, payload: Buffer.from(said).toString('base64url') });
  }
  const parts = Object.entries(value).map(async ([name, part]) => [name, await forgedValue(part, forgery)] as const);
  return changed(Object.fromEntries(await Promise.all(parts)));
}
