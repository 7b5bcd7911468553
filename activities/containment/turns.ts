import { LRUCache } from 'lru-cache';
import { sha256Hex } from '../../model/digest.ts';
import { fieldsSchema } from '../../model/fields.ts';
import { actionId, actionKind, type Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { closed, digest, identifier, instant, word, type z } from '../../model/schema.ts';
import type { Roster } from '../../model/roster.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';
import { later } from '../later.ts';
import { receiptIn } from './memory.ts';

/** One action that had its turn at a resource: whose, and what it was to change. */
const turnSchema = closed({
  case: identifier,
  run: identifier,
  plan: digest,
  action: actionId,
  kind: actionKind,
  /** `back`: of a way back. */
  way: word('there', 'back'),
  change: fieldsSchema,
  takenAt: instant,
});
export type Turn = z.infer<typeof turnSchema>;

/** A turn that was taken, and the one before it. */
export interface TakenTurn {
  readonly key: string;
  readonly before: Turn | undefined;
}

const endSchema = closed({ endedAt: instant });

/** An attempt has five minutes (startToCloseTimeout): of one that began longer ago nothing is under way any more. Milliseconds. */
const longestTurn = 300_000;

/**
 * Takes the turn at a resource: of all actions of all cases on it one changes it at a time, so that what an action finds before and after is its own
 * doing. Entries of the ledger, created only if absent, one after the other. Throws `later` while another has it; LedgerError.
 */
export async function takeTurn(
  ledger: SignedLedger,
  roster: Roster,
  target: Target,
  turn: Omit<Turn, 'takenAt'>,
): Promise<TakenTurn> {
  const resource = targetName(target);
  const last = await lastTurn(ledger, resource);
  if (last !== undefined && !(await isOver(ledger, roster, last))) {
    if (!isOf(last.turn, turn)) throw notYet(last.turn, resource);
    // One that another may soon take for over is taken anew.
    if (ageOf(last.turn) < longestTurn / 2)
      return { key: last.key, before: await turnAt(ledger, resource, last.number - 1) };
  }
  const key = keyOf(resource, (last?.number ?? 0) + 1);
  const taken = await ledger.createIfAbsent(key, { ...turn, takenAt: new Date().toISOString() }, turnSchema);
  if (!taken.created && !isOf(taken.content, turn)) throw notYet(taken.content, resource);
  return { key, before: last?.turn };
}

function notYet({ case: id }: Turn, resource: string): Error {
  return later('turn', `${id} changes ${resource} now`, 500);
}

/** Gives the turn back without a receipt: nothing was begun, or it is begun anew. */
export async function endTurn(ledger: SignedLedger, { key }: TakenTurn): Promise<void> {
  await ledger.createIfAbsent(`${key}.end`, { endedAt: new Date().toISOString() }, endSchema);
}

/** Every turn at the resource, the first one first. */
export async function turnsOf(ledger: SignedLedger, target: Target): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (let number = 1; ; number += 1) {
    const turn = await turnAt(ledger, targetName(target), number);
    if (turn === undefined) return turns;
    turns.push(turn);
  }
}

interface NumberedTurn {
  readonly key: string;
  readonly number: number;
  readonly turn: Turn;
}

/** The newest turn. Numbers have no gaps: so it is sought by doubling and halving, not one by one. */
async function lastTurn(ledger: SignedLedger, resource: string): Promise<NumberedTurn | undefined> {
  const seen = newestSeenOf(ledger);
  let found = await numbered(ledger, resource, seen.get(resource) ?? 0);
  let step = 1;
  for (let growing = true; step >= 1;) {
    const number = (found?.number ?? 0) + step;
    const next = await numbered(ledger, resource, number);
    if (next === undefined) growing = false;
    else found = next;
    step = growing ? step * 2 : Math.floor(step / 2);
  }
  if (found !== undefined) seen.set(resource, found.number);
  return found;
}

async function numbered(ledger: SignedLedger, resource: string, number: number): Promise<NumberedTurn | undefined> {
  const turn = await turnAt(ledger, resource, number);
  return turn && { key: keyOf(resource, number), number, turn };
}

/** The newest turn that was seen of a resource: the next one is sought from there. */
const newestSeen = new WeakMap<SignedLedger, LRUCache<string, number>>();

function newestSeenOf(ledger: SignedLedger): LRUCache<string, number> {
  const seen = newestSeen.get(ledger) ?? new LRUCache({ max: 10_000 });
  newestSeen.set(ledger, seen);
  return seen;
}

function turnAt(ledger: SignedLedger, resource: string, number: number): Promise<Turn | undefined> {
  return number < 1 ? Promise.resolve(undefined) : ledger.read(keyOf(resource, number), turnSchema);
}

function keyOf(resource: string, number: number): string {
  return `turn.${sha256Hex(resource).slice(0, 40)}.${number}`;
}

function isOf(left: Pick<Turn, 'plan' | 'action'>, right: Pick<Turn, 'plan' | 'action'>): boolean {
  return left.plan === right.plan && left.action === right.action;
}

/** Over with its receipt, with its end, or where nobody can be at it any more. */
async function isOver(ledger: SignedLedger, roster: Roster, { key, turn }: NumberedTurn): Promise<boolean> {
  if (ageOf(turn) > longestTurn) return true;
  if ((await receiptIn(ledger, roster, turn, { id: turn.action, kind: turn.kind }, turn.plan)) !== undefined)
    return true;
  return (await ledger.read(`${key}.end`, endSchema)) !== undefined;
}

function ageOf({ takenAt }: Turn): number {
  return Date.now() - Date.parse(takenAt);
}
