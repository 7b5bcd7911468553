import type { Ground } from './ground.ts';

/**
 * How well a claim is founded: `recorded` traffic of the real service, a `live write-up` of somebody who ran against it, what the vendor has
 * `documented` (a page, a proto, a list), or `assumed`, where no source was found.
 */
export type Strength = 'recorded' | 'live write-up' | 'documented' | 'assumed';

/** What a check was shown: whether the claim holds, or, of a claim that decides a switch, which way the service goes. `seen` is one sentence's end. */
export type Seen =
  | { readonly kind: 'held' | 'broken'; readonly seen: string }
  | { readonly kind: 'way'; readonly way: string; readonly seen: string };

/** What a check works with: made for the run where it has to be, given by the person where only a person can. */
export type Need = 'service' | 'job' | 'worker-pool' | 'instance' | 'topic' | 'finding' | 'responder' | 'virustotal';

/** One behaviour of a real service that the engine or the sandbox rests on. */
export interface Claim {
  /** `service.short-names`: stable, so that reports of different days can be compared. */
  readonly id: string;
  readonly statement: string;
  /** Where it is known from: a page by its title, a proto by its name, a repository, a pull request. */
  readonly source: string;
  readonly strength: Strength;
  /** The switch of the sandbox (`--reality NAME=WAY`) whose way the check decides. The statement tells the way `way`, the sandbox's default. */
  readonly reality?: { readonly name: string; readonly way: string };
  readonly check: Check | NoCheck;
}

/** Calls the real service, or whatever is in its place, and says what was seen. */
export interface Check {
  readonly needs: readonly Need[];
  readonly run: (ground: Ground) => Promise<Seen>;
}

/** Why no call shows it. */
export interface NoCheck {
  readonly none: string;
}

/** Claims on one service, and what the sandbox does of its own in its place. */
export interface Area {
  readonly title: string;
  /** What the sandbox serves of it. */
  readonly served?: string;
  readonly claims: readonly Claim[];
  /** What the sandbox does otherwise, or not at all: nothing to hold against a real service. */
  readonly own: readonly string[];
}

/** A claim that has a check. */
export type CheckedClaim = Claim & { readonly check: Check };

/** True where a call can show whether the claim holds. */
export function isChecked(claim: Claim): claim is CheckedClaim {
  return 'run' in claim.check;
}

/** The check of a claim. */
export function by(needs: readonly Need[], run: Check['run']): Check {
  return { needs, run };
}

/** What was seen holds, or does not. */
export function holds(condition: boolean, seen: string): Seen {
  return { kind: condition ? 'held' : 'broken', seen };
}

/** The service goes that way. */
export function goes(way: string, seen: string): Seen {
  return { kind: 'way', way, seen };
}
