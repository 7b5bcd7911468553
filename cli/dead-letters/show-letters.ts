import { type DeadLetter, deadLetterFolder } from '../../intake/dead-letters.ts';
import type { Json } from '../../model/json.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { clock } from '../terminal/durations.ts';
import { pageWidth, say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { safeJson } from '../terminal/safe-json.ts';
import { shown } from '../terminal/shown.ts';
import { wrap } from '../terminal/wrap.ts';
import { findLetter } from './find-letter.ts';

interface Options {
  readonly json: boolean;
  readonly typed: (words: string) => string;
}

const shortId = 12;
/** Of a message that is not JSON. */
const shownCharacters = 2_000;

/** Prints the list of dead letters. */
export async function listLetters({ paths }: Configuration, { json, typed }: Options): Promise<void> {
  const letters = await deadLetterFolder(paths.deadLetters).list();
  if (json) return sayJson(letters);
  const [first] = letters;
  if (first === undefined) return say('There are no dead letters.');
  const paint = paintFor(process.stdout);
  for (const { id, receivedAt, reason } of letters) {
    say(`${paint.strong(id.slice(0, shortId))}  ${clock(receivedAt, Date.now())} UTC`);
    for (const line of wrap(shown(reason, 300), pageWidth() - 2)) say(`  ${line}`);
  }
  say();
  say(`Look at one with: ${typed(`dead-letters show ${first.id.slice(0, shortId)}`)}`);
}

/** Prints one dead letter. Its message is kept without environment values and secrets. */
export async function showLetter({ paths }: Configuration, text: string, { json, typed }: Options): Promise<void> {
  const letters = deadLetterFolder(paths.deadLetters);
  const letter = await letters.read(await findLetter(letters, text));
  const { text: _, ...known } = letter;
  const message = messageIn(letter);
  if (json) return sayJson({ ...known, ...message });
  say(`id        ${letter.id}`);
  say(`received  ${letter.receivedAt}, as message ${shown(letter.messageId, 200)}`);
  say(`reason    ${shown(letter.reason)}`);
  say(`original  ${letter.bytes} bytes, sha256 ${letter.originalSha256}; kept without secrets and environment values`);
  for (const [key, value] of Object.entries(letter.attributes))
    say(`attribute ${shown(key, 100)}: ${shown(value, 300)}`);
  say();
  say('message' in message ? safeJson(message.message) : shown(message.text, shownCharacters));
  say();
  say(`Try it again with: ${typed(`dead-letters retry ${letter.id.slice(0, shortId)}`)}`);
}

function messageIn({ form, text, bytes }: DeadLetter): { readonly message: Json } | { readonly text: string } {
  if (form === 'json') return { message: JSON.parse(text) as Json };
  return { text: form === 'text' ? text : `(${bytes} bytes that are no text; they are not kept)` };
}
