import { FindingParseError, quoted } from './finding-error.ts';
import type { Json } from './json.ts';

/** How deeply a document may be nested. SCC's own documents stay below 15 levels. */
const maximumDepth = 64;

/** How long a document may be, in UTF-16 code units; Pub/Sub carries at most 10 MB. */
const maximumLength = 10 * 1024 * 1024;

/** How much a document may hold. */
export interface DocumentLimits {
  /** UTF-16 code units; default 10 MiB. */
  readonly length?: number;
  /** Levels of lists and objects; default 64. */
  readonly depth?: number;
}

/**
 * A copy of a value as JSON that has a canonical form: own properties only (a key `__proto__` stays a key), lone surrogates replaced by
 * U+FFFD, what JSON cannot hold left out (null in lists). Throws a FindingParseError where it is nested deeper than `depth` levels.
 */
export function toJson(value: unknown, depth = maximumDepth): Json {
  return copy(value, depth, () => new FindingParseError('', `nested more than ${depth} levels deep`));
}

function copy(value: unknown, levels: number, tooDeep: () => Error): Json {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return null;
  if (levels === 0) throw tooDeep();
  if (Array.isArray(value)) return Array.from(value, (element: unknown) => copy(element, levels - 1, tooDeep));
  const members = Object.entries(value).filter(
    ([, member]) => !['undefined', 'function', 'symbol'].includes(typeof member),
  );
  return Object.fromEntries(members.map(([key, member]) => [key.toWellFormed(), copy(member, levels - 1, tooDeep)]));
}

/**
 * Reads the text of a message or file as JSON, ready for `parseFindings`: one document, or one a line (JSON lines), which is read as the
 * list of them. Throws a FindingParseError where it is too long, not JSON, or nested too deeply.
 */
export function decodeFindingBytes(text: string, limits: DocumentLimits = {}): Json {
  const { length = maximumLength, depth = maximumDepth } = limits;
  if (text.length > length)
    throw new FindingParseError('', `${text.length} characters long, expected at most ${length}`);
  const unmarked = text.startsWith('\ufeff') ? text.slice(1) : text;
  const parsed = parseJson(unmarked) ?? parseLines(unmarked);
  // V8's own message quotes the input unescaped.
  if (!parsed) throw new FindingParseError('', `expected JSON, got ${quoted(text)}`);
  return toJson(parsed.value, depth);
}

interface Parsed {
  readonly value: unknown;
}

/** The value, where the text is JSON. Of a key that stands twice in an object the last one counts, as everywhere in JavaScript. */
function parseJson(text: string): Parsed | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** The values of JSON lines, blank lines left out; undefined where not even the first line is JSON. */
function parseLines(text: string): Parsed | undefined {
  const values: unknown[] = [];
  let number = 0;
  for (const line of linesOf(text)) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = parseJson(line);
    if (!parsed && values.length === 0) return undefined;
    if (!parsed) throw new FindingParseError(`line ${number}`, `expected JSON, got ${quoted(line)}`);
    values.push(parsed.value);
  }
  return values.length === 0 ? undefined : { value: values };
}

/** Line by line, since a text can be nothing but line breaks. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start <= text.length;) {
    const end = text.indexOf('\n', start);
    yield end === -1 ? text.slice(start) : text.slice(start, end);
    start = end === -1 ? text.length + 1 : end + 1;
  }
}
