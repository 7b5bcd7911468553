import { LRUCache } from 'lru-cache';
import { canonicalJson, sha256Hex } from '../../model/digest.ts';
import type { Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { closed, instant, text } from '../../model/schema.ts';
import { ForeignEntryError } from '../../runtime/errors.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';

/** Whether a resource may be changed in this hour, and where not, when again. */
export type Slot =
  | { readonly status: 'taken' }
  | { readonly status: 'governed'; readonly retryAt: string; readonly detail: string };

const hour = 3_600_000;

/**
 * Takes one of the slots that a project has in an hour (of the clock, UTC): objects in the ledger, created only if absent, so that no two workers
 * take the same. A resource that has one keeps it for the hour. Throws LedgerError.
 */
export async function takeSlot(
  ledger: SignedLedger,
  target: Target,
  changesPerHour: number,
  now: Date,
  about: { readonly plan: string; readonly action: string },
): Promise<Slot> {
  const resource = targetName(target);
  const known = slotsKnownOf(ledger);
  const stamp = now.toISOString().slice(0, 13).replace(/[-T]/g, '');
  // A slot that nobody of ours has written is nobody's: it takes none away.
  let foreign = 0;
  for (let number = 1; number <= changesPerHour + foreign; number += 1) {
    const key = `slot.${keyText(target.project)}.${stamp}.${number}`;
    const taken = known.get(key) ?? (await holderOf(ledger, key));
    if (taken === undefined) {
      const slot = { resource, ...about, takenAt: now.toISOString() };
      const { created, content } = await ledger.createIfAbsent(key, slot, slotSchema);
      if (created || content.resource === resource) return { status: 'taken' };
    } else if (taken === foreignSlot) foreign += 1;
    else {
      known.set(key, taken);
      if (taken === resource) return { status: 'taken' };
    }
  }
  // Before it says no for good, what is known is read anew next time: somebody may have made room in the ledger by hand.
  known.clear();
  const retryAt = new Date((Math.floor(now.getTime() / hour) + 1) * hour).toISOString();
  return {
    status: 'governed',
    retryAt,
    detail: `${changesPerHour} resources of project ${target.project} were changed in this hour, and no more may be; again at ${retryAt}`,
  };
}

/** A project's id as part of a key. What has other characters (`example.com:shop`) goes in by its digest; no id has an underscore. */
function keyText(project: string): string {
  return /^[a-z0-9-]{1,63}$/.test(project) ? project : `x_${sha256Hex(canonicalJson(project)).slice(0, 32)}`;
}

/** Slots that were read: one that was read once need not be read again while there is room. */
const slotsKnown = new WeakMap<SignedLedger, LRUCache<string, string>>();

function slotsKnownOf(ledger: SignedLedger): LRUCache<string, string> {
  const known = slotsKnown.get(ledger) ?? new LRUCache({ max: 10_000 });
  slotsKnown.set(ledger, known);
  return known;
}

const slotSchema = closed({ resource: text(1_000), plan: text(200), action: text(200), takenAt: instant });

const foreignSlot = Symbol('a slot that no role of ours has written');

async function holderOf(ledger: SignedLedger, key: string): Promise<string | typeof foreignSlot | undefined> {
  try {
    return (await ledger.read(key, slotSchema))?.resource;
  } catch (error) {
    if (error instanceof ForeignEntryError) return foreignSlot;
    throw error;
  }
}
