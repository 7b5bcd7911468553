import { isUtf8 } from 'node:buffer';
import { FindingParseError } from '../model/finding-error.ts';
import { decodeFindingBytes } from '../model/finding-json.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import { redact, redactObject } from '../model/redact.ts';
import { maskSecrets } from '../model/secrets.ts';

/**
 * What may be kept of a message's data: JSON without environment values and secrets, which is read like the original; of other text, which
 * is as unreadable masked; nothing of what is no text, since nobody could say what is in it.
 */
export type KeptData = { readonly form: 'json' | 'text'; readonly text: string } | { readonly form: 'none' };

/** What may be kept of these bytes. */
export function keptData(data: Uint8Array): KeptData {
  if (!isUtf8(data) || data.includes(0)) return { form: 'none' };
  const text = new TextDecoder().decode(data);
  const json = jsonIn(text);
  return json === undefined
    ? { form: 'text', text: maskSecrets(text) }
    : { form: 'json', text: JSON.stringify(withoutSecrets(json)) };
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

function jsonIn(text: string): Json | undefined {
  try {
    return decodeFindingBytes(text);
  } catch (error) {
    if (error instanceof FindingParseError) return undefined;
    throw error;
  }
}

/** Also within what Pub/Sub pushes: there the finding is in base64. */
function withoutSecrets(json: Json): Json {
  if (Array.isArray(json)) return json.map(withoutSecrets);
  if (!isJsonObject(json)) return redact(json);
  const { message } = json;
  const shown = redact(json);
  if (message === undefined || !isJsonObject(message) || typeof message['data'] !== 'string' || !isJsonObject(shown))
    return shown;
  const inner = keptData(Buffer.from(message['data'], 'base64'));
  const data = inner.form === 'none' ? '' : Buffer.from(inner.text).toString('base64');
  return { ...shown, message: { ...(isJsonObject(shown['message']) ? shown['message'] : {}), data } };
}
