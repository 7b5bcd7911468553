import { z } from 'zod';
import { invalidArgument } from '../kernel/refuse.ts';
import type { Section, Store } from '../kernel/service.ts';

/** What can be looked up, as the API's paths name it. */
export const reputationKinds = ['files', 'ip_addresses', 'domains'] as const;
export type ReputationKind = (typeof reputationKinds)[number];

/** What VirusTotal shall know about an indicator. */
export interface ReputationSeed {
  readonly kind: ReputationKind;
  /** A hash (SHA-256, SHA-1, MD5), an address, a domain. */
  readonly id: string;
  /** `data.attributes` of the answer; null makes the indicator unknown again. */
  readonly attributes: Readonly<Record<string, unknown>> | null;
}

/** Checks a seed that comes from outside. */
export const reputationSeed = z.strictObject({
  kind: z.enum(reputationKinds),
  id: z.string().min(1),
  attributes: z.record(z.string(), z.unknown()).nullable(),
});

/** An answer in place of the one that the API would give: what a proxy, or VirusTotal on a bad day, sends. */
export const oddAnswer = z.strictObject({
  kind: z.enum(reputationKinds),
  id: z.string().min(1),
  status: z.int().min(200).max(599).default(200),
  mediaType: z.string().default('application/json'),
  text: z.string(),
});
export type OddAnswer = z.output<typeof oddAnswer>;

/** The kept part of the VirusTotal of the sandbox. */
export interface ReputationState {
  /** Attributes, by `<kind>/<id in lower case>`. */
  readonly answers: Record<string, Readonly<Record<string, unknown>>>;
  /** Requests of a key on a UTC day (`2026-11-21`). */
  readonly usedToday: Record<string, { day: string; count: number }>;
}

/** Answers that stand in for the API's, by the same keys. */
export type OddAnswers = Record<string, OddAnswer>;

/** The EICAR test file: known from the start, as everybody's scanners know it. */
const eicar = '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f';

/** Opens the kept part. */
export function reputationSection(store: Store): Section<ReputationState> {
  return store.section('virustotal', () => ({
    answers: {
      [`files/${eicar}`]: { meaningful_name: 'eicar.com', last_analysis_stats: { malicious: 60, undetected: 4 } },
    },
    usedToday: {},
  }));
}

/** Opens the kept part of what stands in for it. */
export function oddAnswersSection(store: Store): Section<OddAnswers> {
  return store.section('virustotal-odd-answers', () => ({}));
}

/** Makes the indicator known, or unknown again. Throws StatusError INVALID_ARGUMENT for an id that is not of its kind. */
export function seedReputation(
  { value: state, touch }: Section<ReputationState>,
  { kind, id, attributes }: ReputationSeed,
): void {
  if (!fits(kind, id)) throw invalidArgument(`${JSON.stringify(id)} is not an id of ${kind}`);
  const key = answerKey(kind, id);
  if (attributes === null) delete state.answers[key];
  else state.answers[key] = attributes;
  touch();
}

/** Answers this instead of what is seeded, from now on. */
export function seedOddAnswer({ value: odd, touch }: Section<OddAnswers>, answer: OddAnswer): void {
  odd[answerKey(answer.kind, answer.id)] = answer;
  touch();
}

/** The answer that stands in for the API's, if any. */
export function oddAnswerTo(odd: OddAnswers, kind: ReputationKind, id: string): OddAnswer | undefined {
  const key = answerKey(kind, id);
  return Object.hasOwn(odd, key) ? odd[key] : undefined;
}

/** Whether the value has the form of its kind. */
export function fits(kind: ReputationKind, value: string): boolean {
  switch (kind) {
    case 'files':
      return /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value);
    case 'ip_addresses':
      return z.union([z.ipv4(), z.ipv6()]).safeParse(value).success;
    case 'domains':
      return /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i.test(value) && !/^[\d.]+$/.test(value);
    default:
      return kind satisfies never;
  }
}

/** The API's object for an indicator; undefined where VirusTotal knows nothing. */
export function reputationObject(state: ReputationState, kind: ReputationKind, id: string): object | undefined {
  const key = answerKey(kind, id);
  if (!Object.hasOwn(state.answers, key)) return undefined;
  const type = { files: 'file', ip_addresses: 'ip_address', domains: 'domain' }[kind];
  return {
    id,
    type,
    links: { self: `https://www.virustotal.com/api/v3/${kind}/${id}` },
    attributes: state.answers[key],
  };
}

function answerKey(kind: ReputationKind, id: string): string {
  return `${kind}/${id.toLowerCase()}`;
}
