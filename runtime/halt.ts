import { digestOf } from '../model/digest.ts';
import { plain } from '../model/display.ts';
import type { Roster } from '../model/roster.ts';
import { LedgerError, messageOf } from './errors.ts';
import {
  clockTolerance,
  type HaltOrder,
  haltOrder,
  type ResumeOrder,
  resumeOrder,
  verifyOrder,
} from './halt-orders.ts';
import type { Ledger } from './ledger.ts';
import { type Signed, signJson, type SigningKey } from './signatures.ts';
import type { trustDocument } from './trust.ts';

/** That all changes are stopped, and by whom. */
export interface Halt {
  /** Halts are numbered from 1 on; a resume lifts one, and those before it. */
  readonly number: number;
  /** Empty where nobody on the roster signed it, or it cannot be read: it halts all the same. */
  readonly by: string;
  readonly reason: string;
  /** RFC 3339 UTC, by the clock of who halted; empty where it is not told. */
  readonly at: string;
  /** sha256 of the entry, so that a resume is for this halt of this ledger; empty where it cannot be read. */
  readonly digest: string;
  /** Why resumes of it that are there lift nothing. */
  readonly refused: readonly string[];
}

/** A person who signs. */
export interface Signer {
  readonly name: string;
  readonly key: SigningKey;
}

type Trust = Pick<ReturnType<typeof trustDocument>, 'read'>;

/**
 * The halt that stands, or null. To be asked before every change: nothing is remembered. Fails closed: an entry that cannot be read halts, a resume
 * lifts only what somebody on the roster signed. Throws LedgerError where the ledger as a whole cannot be read.
 */
export async function readHalt(ledger: Ledger, trust: Trust): Promise<Halt | null> {
  let last: Entry | null = null;
  for await (const entry of entries(ledger, 'halt')) last = entry;
  if (last === null) return null;
  const roster = await trust.read().catch((error: unknown) => messageOf(error));
  const halt = await describe(last, roster);
  const refused: string[] = [];
  for await (const { number, content } of entries(ledger, 'resume')) {
    const why = await whyItLiftsNothing(content, halt, roster);
    if (why === null) return null;
    if (why !== forAnother) refused.push(`resume ${number}: ${why}`);
  }
  return { ...halt, refused };
}

/** Stops all changes; durable when it answers the halt's number. Throws LedgerError where the ledger does not take it: then nothing is stopped. */
export function writeHalt(ledger: Ledger, { name, key }: Signer, reason: string): Promise<number> {
  return writeNext(ledger, 'halt', (number) => {
    const at = new Date().toISOString();
    const order: HaltOrder = { type: 'firebreak.halt.v1', number, by: name, credential: key.kid, reason, at };
    return signJson(order, 'firebreak.halt.v1', key);
  });
}

/** Lets changes go on after this halt. Whether the signer may is judged at every action. Throws LedgerError. */
export function writeResume(ledger: Ledger, { name, key }: Signer, halt: Halt, reason: string): Promise<number> {
  const { number, digest } = halt;
  return writeNext(ledger, 'resume', () => {
    const at = new Date().toISOString();
    const order: ResumeOrder = {
      type: 'firebreak.resume.v1',
      halt: number,
      digest,
      by: name,
      credential: key.kid,
      reason,
      at,
    };
    return signJson(order, 'firebreak.resume.v1', key);
  });
}

/** A halt in words: `halted by ana at …: reason`. */
export function haltWords({ number, by, at, reason }: Halt): string {
  return by === ''
    ? `halted by an entry that nobody on the roster signed (halt.${number} in the ledger)`
    : `halted by ${by} at ${at}: ${plain(reason, 200)}`;
}

interface Entry {
  readonly number: number;
  /** Undefined where it is there and cannot be read. */
  readonly content: Signed | undefined;
}

/** The entries of a kind, in order. One that cannot be read is one; two in a row are a ledger that cannot be read. */
async function* entries(ledger: Ledger, kind: 'halt' | 'resume'): AsyncGenerator<Entry> {
  let unreadable = 0;
  for (let number = 1; ; number += 1) {
    let content: Signed | undefined;
    try {
      content = await ledger.read(`${kind}.${number}`);
      if (content === undefined) return;
      unreadable = 0;
    } catch (error) {
      unreadable += 1;
      if (!(error instanceof LedgerError) || unreadable > 1) throw error;
      content = undefined;
    }
    yield { number, content };
  }
}

async function writeNext(
  ledger: Ledger,
  kind: 'halt' | 'resume',
  make: (number: number) => Promise<Signed>,
): Promise<number> {
  let number = 1;
  for await (const taken of entries(ledger, kind)) number = taken.number + 1;
  // Somebody else may take the number meanwhile.
  while (!(await ledger.createIfAbsent(`${kind}.${number}`, await make(number))).created) number += 1;
  return number;
}

async function describe({ number, content }: Entry, roster: Roster | string): Promise<Halt> {
  const unsigned: Halt = {
    number,
    by: '',
    reason: '',
    at: '',
    digest: content === undefined ? '' : digestOf(content),
    refused: [],
  };
  if (content === undefined || typeof roster === 'string') return unsigned;
  try {
    const { by, reason, at, number: given } = await verifyOrder(content, haltOrder, roster);
    return given === number ? { ...unsigned, by, reason, at } : unsigned;
  } catch {
    // Not signed by anybody who may: it halts all the same.
    return unsigned;
  }
}

const forAnother = 'it is for another halt';

/** Null where the entry is a resume that lifts the halt. */
async function whyItLiftsNothing(
  content: Signed | undefined,
  halt: Halt,
  roster: Roster | string,
): Promise<string | null> {
  if (typeof roster === 'string') return roster;
  if (content === undefined) return 'it cannot be read';
  try {
    const { halt: number, digest, at } = await verifyOrder(content, resumeOrder, roster);
    if (number !== halt.number || digest !== halt.digest) return forAnother;
    if (halt.at !== '' && Date.parse(at) < Date.parse(halt.at) - clockTolerance) return 'it was signed before the halt';
    return null;
  } catch (error) {
    return messageOf(error).slice(0, 200);
  }
}
