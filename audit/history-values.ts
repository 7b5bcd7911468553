import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import type { EvidenceReference } from '../model/evidence.ts';
import { isJsonObject } from '../model/json.ts';
import type { Signed } from '../runtime/signatures.ts';
import { milliseconds } from './milliseconds.ts';
import { plainPayload } from './plain-payloads.ts';
import type { Event } from './read-history.ts';

const signedSchema = z.object({ payload: z.string(), protected: z.string(), signature: z.string() });
const referenceSchema = z.object({
  kind: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number(),
  mediaType: z.string(),
});

/** A reference as a history has it: the kind may be one that this version does not know. */
export type FoundReference = Omit<EvidenceReference, 'kind'> & { readonly kind: string };

/** Everything of the form of a signed text (flattened JWS) in the payloads of an event, wherever it stands in them. */
export function signedIn(event: Event): Signed[] {
  return objectsIn(event).flatMap((object) => signedSchema.safeParse(object).data ?? []);
}

/** Every reference to evidence in the payloads of an event. */
export function referencesIn(event: Event): FoundReference[] {
  return objectsIn(event).flatMap((object) => referenceSchema.safeParse(object).data ?? []);
}

/** The value as a signed text; undefined where it is not of the form. */
export function asSigned(value: unknown): Signed | undefined {
  return signedSchema.safeParse(value).data;
}

/** What a text says that it is signed as (`typ` of its protected header); empty where it says nothing readable. */
export function signedAs({ protected: header }: Signed): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
    return isJsonObject(parsed) && typeof parsed['typ'] === 'string' ? parsed['typ'] : '';
  } catch {
    // Anybody can write one: that it says nothing is the answer.
    return '';
  }
}

/** When the server recorded the event. Without a time it counts as recorded now, which is the strictest. */
export function recordedAt({ eventTime }: Event): Date {
  return new Date(milliseconds(eventTime) ?? Date.now());
}

function objectsIn(event: Event): object[] {
  return within(event)
    .filter(isPayload)
    .flatMap((payload) => within(plainPayload(payload)));
}

/** The value and everything inside it, where that is an object. By a list of its own: a hostile text nests deeper than calls may. */
function within(value: unknown): object[] {
  const found: object[] = [];
  const ahead: unknown[] = [value];
  while (ahead.length > 0) {
    const one = ahead.pop();
    if (typeof one !== 'object' || one === null || ArrayBuffer.isView(one)) continue;
    found.push(one);
    for (const part of Object.values(one)) ahead.push(part);
  }
  return found;
}

function isPayload(value: object): value is Payload {
  if (!('metadata' in value) || typeof value.metadata !== 'object' || value.metadata === null) return false;
  return 'encoding' in value.metadata && ArrayBuffer.isView(value.metadata.encoding);
}
