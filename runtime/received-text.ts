import { constants, gunzipSync } from 'node:zlib';
import { FindingParseError } from '../model/finding-error.ts';
import { plainTextOf, textParts } from '../model/finding-text.ts';
import { type TextPart, unreadablePart } from '../model/json-documents.ts';
import { type FindingRecord, findingRecords } from '../model/parse-finding.ts';
import { codeOf } from './errors.ts';

/** What gzip may unpack to, in bytes, for each UTF-16 code unit that a text may have: no UTF-8 has more. */
const bytesPerUnit = 3;
/** As long as what Pub/Sub carries, in UTF-16 code units. */
const longestMessage = 10 * 1024 * 1024;

/**
 * The parts of a message or file, in their order: text as UTF-8 or UTF-16, or either in gzip. Throws a FindingParseError where the bytes are no text or
 * more than `longest` UTF-16 code units of it (default 10 MiB).
 */
export function receivedParts(bytes: Uint8Array, longest = longestMessage): TextPart[] {
  const { unpacked, problem } = unpackedFrom(bytes, longest);
  const parts = textParts(plainTextOf(unpacked), longest);
  const last = parts.at(-1)?.line ?? 1;
  return problem === undefined ? parts : [...parts, unreadablePart(last, problem, problem)];
}

/** The records of a message or file, in their order; none where it holds none. Throws as `receivedParts`. */
export function receivedRecords(bytes: Uint8Array, longest?: number): FindingRecord[] {
  return findingRecords(receivedParts(bytes, longest), (inner) => {
    const { unpacked, problem } = unpackedFrom(inner, longestMessage);
    if (problem !== undefined) throw new FindingParseError('', problem);
    return plainTextOf(unpacked);
  });
}

/** What gzip has packed, once: gzip in gzip is refused by who reads it as text. What ends early is unpacked as far as it goes. */
function unpackedFrom(
  bytes: Uint8Array,
  longest: number,
): { readonly unpacked: Uint8Array; readonly problem?: string } {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { unpacked: bytes };
  const maxOutputLength = longest * bytesPerUnit;
  try {
    return { unpacked: gunzipSync(bytes, { maxOutputLength }) };
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE')
      throw new FindingParseError('', `gzip that unpacks to more than ${maxOutputLength} bytes`);
    if (codeOf(error) !== 'Z_BUF_ERROR') throw new FindingParseError('', 'gzip that is damaged: nothing of it is read');
  }
  const finishFlush = constants.Z_SYNC_FLUSH;
  return {
    unpacked: gunzipSync(bytes, { maxOutputLength, finishFlush }),
    problem: 'the gzip ends early: what comes after this is missing',
  };
}
