import { FindingParseError } from '../model/finding-error.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import type { TextPart } from '../model/json-documents.ts';
import { redact, redactObject } from '../model/redact.ts';
import { maskSecrets } from '../model/secrets.ts';
import { receivedParts } from '../runtime/received-text.ts';

/**
 * What may be kept of a message's data: JSON without environment values and secrets, which is read like the original; of other text, or where only some of
 * it is JSON, its parts one a line; nothing of what is no text, since nobody could say what is in it.
 */
export type KeptData = { readonly form: 'json' | 'text'; readonly text: string } | { readonly form: 'none' };

/** What may be kept of these bytes. */
export function keptData(data: Uint8Array): KeptData {
  const parts = partsIn(data);
  if (parts === undefined || parts.some((part) => 'unreadable' in part && part.unreadable.includes('\0')))
    return { form: 'none' };
  const documents = parts.flatMap((part) => ('document' in part ? [withoutSecrets(part.document)] : []));
  if (documents.length < parts.length || documents.length === 0)
    return { form: 'text', text: parts.map(keptPart).join('\n') };
  return { form: 'json', text: JSON.stringify(documents.length === 1 ? documents[0] : documents) };
}

/** The message's attributes, which are anybody's text too. */
export function keptAttributes(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(redactObject(attributes)).map(([name, value]) => [
      maskSecrets(name),
      typeof value === 'string' ? value : '',
    ]),
  );
}

function partsIn(data: Uint8Array): readonly TextPart[] | undefined {
  try {
    return receivedParts(data);
  } catch (error) {
    if (error instanceof FindingParseError) return undefined;
    throw error;
  }
}

function keptPart(part: TextPart): string {
  return 'document' in part ? JSON.stringify(withoutSecrets(part.document)) : maskSecrets(part.unreadable);
}

/** Also within what Pub/Sub pushes and CloudEvents carry: there the finding is in base64. */
function withoutSecrets(json: Json): Json {
  return redact(withoutHidden(json));
}

/** Base64 of either alphabet, broken into lines or not. Shorter texts hold no document that could be read. */
const encoded = /^[\w+/=\s-]{24,}$/;

function withoutHidden(json: Json, key = ''): Json {
  if (typeof json === 'string') return encoded.test(json) ? keptEncoded(json, key) : json;
  if (Array.isArray(json)) return json.map((element: Json) => withoutHidden(element));
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, withoutHidden(value ?? null, name)]));
}

/** What base64 holds, without secrets. Elsewhere than under the names for it, only what is documents: an id or a hash has the same letters. */
function keptEncoded(text: string, key: string): string {
  const bytes = Buffer.from(text, 'base64');
  const named = key === 'data' || key === 'data_base64';
  if (!named && !partsIn(bytes)?.some((part) => 'document' in part)) return text;
  const inner = keptData(bytes);
  return inner.form === 'none' ? '' : Buffer.from(inner.text).toString('base64');
}
