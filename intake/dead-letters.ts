import { createHash } from 'node:crypto';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { codeOf, UserError } from '../runtime/errors.ts';
import { ensureFolder, replaceFile } from '../runtime/state-folder.ts';
import type { IncomingMessage } from './incoming-message.ts';

const letterSchema = z.object({
  /** sha256 of message id and bytes, 64 lower-case hex digits. */
  id: z.string(),
  /** Why it was not taken; safe to show. */
  reason: z.string(),
  /** When it was first put here, RFC 3339 UTC. */
  receivedAt: z.string(),
  messageId: z.string(),
  attributes: z.record(z.string(), z.string()),
  /** The message as it came, environment values included: the file is its owner's only. */
  dataBase64: z.string(),
});

/** A message that could not become a case, kept whole with the reason. */
export type DeadLetter = z.infer<typeof letterSchema>;

/** A dead letter in a list. */
export interface DeadLetterSummary extends Omit<DeadLetter, 'dataBase64' | 'attributes'> {
  /** Size of the message's data. */
  readonly bytes: number;
}

/** The dead letters of one folder: a file each. */
export interface DeadLetters {
  /** Stores a message durably before it answers; the same message again is the same dead letter, with the newer reason. */
  put(message: IncomingMessage, reason: string): Promise<DeadLetterSummary>;
  /** Oldest first. */
  list(): Promise<DeadLetterSummary[]>;
  /** Throws UserError where there is none of that id. */
  read(id: string): Promise<DeadLetter>;
  /** Does nothing where it is gone already. */
  remove(id: string): Promise<void>;
}

/** The message of a dead letter, as it was received. */
export function messageOfLetter({ messageId, attributes, dataBase64 }: DeadLetter): IncomingMessage {
  return { id: messageId, attributes, data: Buffer.from(dataBase64, 'base64') };
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

  return {
    async put({ id: messageId, attributes, data }, reason) {
      const id = createHash('sha256').update(messageId).update('\0').update(data).digest('hex');
      const known = await find(id);
      const receivedAt = known?.receivedAt ?? new Date().toISOString();
      const letter: DeadLetter = {
        id,
        reason,
        receivedAt,
        messageId,
        attributes,
        dataBase64: Buffer.from(data).toString('base64'),
      };
      if (known?.reason !== reason) {
        await ensureFolder(folder);
        await replaceFile(pathOf(id), `${JSON.stringify(letter)}\n`);
      }
      return summaryOf(letter);
    },
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

function summaryOf({ id, reason, receivedAt, messageId, dataBase64 }: DeadLetter): DeadLetterSummary {
  return { id, reason, receivedAt, messageId, bytes: Buffer.byteLength(dataBase64, 'base64') };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
