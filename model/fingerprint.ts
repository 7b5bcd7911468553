import { digestOf } from './digest.ts';
import type { Finding } from './finding.ts';

/** Canonical JSON has no undefined members. Typed, so that a field that is renamed is noticed. */
const leftOut = {
  name: undefined,
  canonicalName: undefined,
  marks: undefined,
  state: undefined,
  mute: undefined,
  eventTime: undefined,
  resourceType: undefined,
  projectDisplayName: undefined,
  projectFullName: undefined,
} satisfies { readonly [key in keyof Finding]?: undefined };

/**
 * sha256 of what a finding says, so that a redelivery or an echo of our own marks is known from news. Taken from the parsed finding, so
 * that one finding has one fingerprint whatever the shape it came in. Left out: marks, state, mute and eventTime, which say what people
 * did with it; the names, whose prefix differs (the case id stands for them); and what comes from the resource next to it, not from the
 * finding itself.
 */
export function fingerprintOf(finding: Finding): string {
  return digestOf({ ...finding, ...leftOut });
}
