import { LRUCache } from 'lru-cache';
import { canonicalJson, sha256Hex } from '../../model/digest.ts';
import type { Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import type { Ledger } from '../../runtime/ledger.ts';

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
  ledger: Ledger,
  target: Target,
  changesPerHour: number,
  now: Date,
  about: { readonly plan: string; readonly action: string },
): Promise<Slot> {
  const resource = targetName(target);
  const known = slotsKnownOf(ledger);
  const stamp = now.toISOString().slice(0, 13).replace(/[-T]/g, '');
  for (let number = 1; number <= changesPerHour; number += 1) {
    const key = `slot.${keyText(target.project)}.${stamp}.${number}`;
    const taken = known.get(key) ?? (await holderOf(ledger, key));
    if (taken === undefined) {
      const { created, content } = await ledger.createIfAbsent(key, { resource, ...about, takenAt: now.toISOString() });
      if (created || resourceIn(content) === resource) return { status: 'taken' };
    } else {
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
const slotsKnown = new WeakMap<Ledger, LRUCache<string, string>>();

function slotsKnownOf(ledger: Ledger): LRUCache<string, string> {
  const known = slotsKnown.get(ledger) ?? new LRUCache({ max: 10_000 });
  slotsKnown.set(ledger, known);
  return known;
}

async function holderOf(ledger: Ledger, key: string): Promise<string | undefined> {
  const content = await ledger.read(key);
  return content === undefined ? undefined : resourceIn(content);
}

function resourceIn(content: unknown): string {
  const has = typeof content === 'object' && content !== null && 'resource' in content;
  return has && typeof content.resource === 'string' ? content.resource : '';
}
