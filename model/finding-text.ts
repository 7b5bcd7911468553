import { findingCsv } from './finding-csv.ts';
import { FindingParseError } from './finding-error.ts';
import { jsonDocuments, type TextPart, unreadablePart } from './json-documents.ts';

/** How long a text may be, in UTF-16 code units; Pub/Sub carries at most 10 MB. */
const longestText = 10 * 1024 * 1024;

/** What `gcloud scc findings list` writes where nothing else is asked for. */
const yaml = /^(?:---\s*\n)?(?:- )?(?:finding|resource):\s*\n/;

/** The parts of the text of a message or file, in their order; none where it is blank. Throws a FindingParseError where it is too long. */
export function textParts(text: string, longest = longestText): TextPart[] {
  if (text.length > longest)
    throw new FindingParseError('', `${text.length} characters long, expected at most ${longest}`);
  const unmarked = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (yaml.test(unmarked.slice(0, 200)))
    return [unreadablePart(1, unmarked, 'expected JSON, got YAML: have gcloud write it with --format=json')];
  return findingCsv(unmarked) ?? jsonDocuments(unmarked);
}

/** How bytes become text. Throws a FindingParseError where they are none. */
export type TextOf = (bytes: Uint8Array) => string;

/** UTF-8, or UTF-16 where a mark in front or the zeroes of ASCII say so. Throws a FindingParseError where it is neither. */
export function plainTextOf(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new FindingParseError('', `expected text as UTF-8 or UTF-16, got ${bytes.length} bytes of something else`);
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined)) return 'utf-16be';
  return 'utf-8';
}

/** Where a part of a text is, for people; empty where it is all there is. */
export function placeOf(parts: readonly TextPart[], { line }: TextPart): string {
  return parts.length === 1 ? '' : `line ${line}`;
}
