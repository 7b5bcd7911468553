import { createHash } from 'node:crypto';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256Hex } from '../model/digest.ts';
import { codeOf, UserError } from '../runtime/errors.ts';
import { ensureFolder, replaceFile } from '../runtime/state-folder.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { keptAttributes, keptData } from './kept-message.ts';

const letterSchema = z.object({
  /** sha256 of message id and bytes as they were received, 64 lower-case hex digits. */
  id: z.string(),
  /** Why it was not taken; safe to show. */
  reason: z.string(),
  /** When it was first put here, RFC 3339 UTC. */
  receivedAt: z.string(),
  messageId: z.string(),
  attributes: z.record(z.string(), z.string()),
  /** sha256 of the bytes as they were received, which are kept nowhere. */
  originalSha256: z.string(),
  /** Size of the bytes as they were received. */
  bytes: z.number(),
  /** Whether `text` is the message as JSON, as other text, or not there since the bytes are no text. */
  form: z.enum(['json', 'text', 'none']),
  /** The message without environment values and with secrets masked. */
  text: z.string(),
  /** sha256 of each finding's document as it was received, in their order; none where they could not be read. */
  findings: z.array(z.string()),
});

/** A message that could not become a case, kept with the reason: whole but for secrets and environment values. */
export type DeadLetter = z.infer<typeof letterSchema>;

/** A dead letter in a list. */
export type DeadLetterSummary = Pick<DeadLetter, 'id' | 'reason' | 'receivedAt' | 'messageId' | 'bytes'>;

/** The dead letters of one folder: a file each. */
export interface DeadLetters {
  /** Stores a message durably before it answers; the same message again is the same dead letter, with the newer reason. */
  put(message: IncomingMessage, reason: string, findings?: readonly string[]): Promise<DeadLetterSummary>;
  /** Stores a newer reason with a dead letter that was tried again. */
  keep(letter: DeadLetter, reason: string): Promise<DeadLetterSummary>;
  /** Oldest first. */
  list(): Promise<DeadLetterSummary[]>;
  /** Throws UserError where there is none of that id. */
  read(id: string): Promise<DeadLetter>;
  /** Does nothing where it is gone already. */
  remove(id: string): Promise<void>;
}

/** The message of a dead letter, as far as it is kept. */
export function messageOfLetter({ messageId, attributes, text }: DeadLetter): IncomingMessage {
  return { id: messageId, attributes, data: Buffer.from(text) };
}

/** The dead letters in a folder, which is made where it is missing. Bounded by the size of messages (Pub/Sub: 10 MB), not in number. */
export function deadLetterFolder(folder: string): DeadLetters {
  const pathOf = (id: string): string => {
    if (!/^[0-9a-f]{64}$/.test(id))
      throw new UserError(`not the id of a dead letter: ${JSON.stringify(id.slice(0, 80))} (64 hex digits)`);
    return join(folder, `${id}.json`);
  };

  async function find(id: string): Promise<DeadLetter | undefined> {
    const path = pathOf(id);
    try {
      return letterSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new UserError(`the dead letter ${path} cannot be read. Move it out of the folder to see the others.`, 1, {
        cause: error,
      });
    }
  }

  async function write(letter: DeadLetter): Promise<DeadLetterSummary> {
    await ensureFolder(folder);
    await replaceFile(pathOf(letter.id), `${JSON.stringify(letter)}\n`);
    return summaryOf(letter);
  }

  async function keep(letter: DeadLetter, reason: string): Promise<DeadLetterSummary> {
    return letter.reason === reason ? summaryOf(letter) : write({ ...letter, reason });
  }

  return {
    async put({ id: messageId, attributes, data }, reason, findings = []) {
      const id = createHash('sha256').update(messageId).update('\0').update(data).digest('hex');
      const known = await find(id);
      if (known !== undefined) return keep(known, reason);
      return write({
        id,
        reason,
        receivedAt: new Date().toISOString(),
        messageId,
        attributes: keptAttributes(attributes),
        originalSha256: sha256Hex(data),
        bytes: data.length,
        text: '',
        ...keptData(data),
        findings: [...findings],
      });
    },
    keep,
    async list() {
      const letters: DeadLetterSummary[] = [];
      for (const name of await namesIn(folder)) {
        const letter = /^[0-9a-f]{64}\.json$/.test(name) ? await find(name.slice(0, 64)) : undefined;
        if (letter !== undefined) letters.push(summaryOf(letter));
      }
      return letters.toSorted((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
    },
    async read(id) {
      const letter = await find(id);
      if (letter === undefined)
        throw new UserError(`there is no dead letter ${id}. List them with: firebreak dead-letters list`);
      return letter;
    },
    async remove(id) {
      try {
        await unlink(pathOf(id));
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
      }
    },
  };
}

function summaryOf({ id, reason, receivedAt, messageId, bytes }: DeadLetter): DeadLetterSummary {
  return { id, reason, receivedAt, messageId, bytes };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
