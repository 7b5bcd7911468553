import { base64 } from '@scure/base';
import { plain } from './display.ts';
import { FindingParseError, quoted } from './finding-error.ts';
import { field } from './finding-fields.ts';
import { plainTextOf, placeOf, textParts, type TextOf } from './finding-text.ts';
import { unwrapMap } from './finding-values.ts';
import { mostUnreadable, restUnread } from './json-documents.ts';
import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { maskSecrets } from './secrets.ts';

/** One finding as it was received, before it is read. */
export interface FindingDocument {
  /** The smallest part of what was received that holds the whole finding: a notification, a list result, a row, or the bare finding. */
  readonly document: JsonObject;
  /** Where it stood, for error messages: empty or `listFindingsResults[2]`. */
  readonly where: string;
}

/** So many envelopes may be around a finding, each in the other. */
const mostEnvelopes = 4;
/** Members that hold a list of what can be read: of findings, of log entries, of messages pulled. */
const lists = ['findings', 'listFindingsResults', 'list_findings_results', 'entries', 'receivedMessages'] as const;

/**
 * The findings in what was received, in their order: a notification (v1 or v2), the console's JSON, a list answer (REST or gRPC), a row of the BigQuery
 * export, a bare finding; any of these in a Pub/Sub message, pushed or pulled, in a CloudEvent, or in a log entry; or a list of any of these. What is
 * none of it is an error in its place, and takes no other with it.
 */
export function findingDocuments(
  received: Json,
  where = '',
  textOf: TextOf = plainTextOf,
): readonly (FindingDocument | FindingParseError)[] {
  return documentsIn(received, { where, textOf, envelopes: 0, wrongs: { count: 0 } });
}

interface Place {
  readonly where: string;
  readonly textOf: TextOf;
  /** How many are around it. */
  readonly envelopes: number;
  /** How many have been found to be no findings. */
  readonly wrongs: { count: number };
}

type Documents = readonly (FindingDocument | FindingParseError)[];

function documentsIn(received: Json, place: Place): Documents {
  const { where } = place;
  if (Array.isArray(received)) return each(received, place);
  if (!isJsonObject(received)) return wrong(place, `expected a finding, got ${quoted(received)}`);
  const has = (key: string) => Object.hasOwn(received, key);
  if (has('finding')) return [{ document: received, where }];
  for (const list of lists) {
    if (!has(list)) continue;
    const results = received[list];
    const within = { ...place, where: path(where, list) };
    if (Array.isArray(results)) return each(results, within);
    return list === 'findings'
      ? [{ document: received, where }]
      : wrong(within, `expected a list, got ${quoted(results)}`);
  }
  if (has('name') || has('category')) return [{ document: received, where }];
  if (place.envelopes === mostEnvelopes) return wrong(place, `in more than ${mostEnvelopes} envelopes`);
  return (
    enveloped(received, { ...place, envelopes: place.envelopes + 1 }) ??
    wrong(
      place,
      `expected a finding, a notification, a list of findings, a Pub/Sub message, a CloudEvent or a log entry, got ${keys(received)}`,
    )
  );
}

/** What is in an envelope; undefined where it is none. */
function enveloped(envelope: JsonObject, place: Place): Documents | undefined {
  const within = (key: string): Place => ({ ...place, where: path(place.where, key) });
  const { specversion, data, data_base64: encoded, message, textPayload } = envelope;
  if (specversion !== undefined && encoded !== undefined) return encodedIn(encoded, within('data_base64'));
  if (specversion !== undefined && data !== undefined)
    return typeof data === 'string' ? textIn(data, within('data')) : documentsIn(data, within('data'));
  if (message !== undefined) {
    const text = isJsonObject(message) && Object.hasOwn(message, 'data') ? message['data'] : undefined;
    return encodedIn(text, within('message.data'));
  }
  if (typeof data === 'string' && field(envelope, 'messageId') !== undefined) return encodedIn(data, within('data'));
  const payload = field(envelope, 'jsonPayload');
  if (payload !== undefined) return documentsIn(structIn(payload), within('jsonPayload'));
  return typeof textPayload === 'string' ? textIn(textPayload, within('textPayload')) : undefined;
}

/** A payload as gRPC's JSON writes it is a google.protobuf.Struct. */
function structIn(payload: Json): Json {
  const fields = isJsonObject(payload) && Object.keys(payload).length === 1 ? payload['fields'] : undefined;
  return fields === undefined ? payload : unwrapMap(fields);
}

function encodedIn(data: Json | undefined, place: Place): Documents {
  if (typeof data !== 'string' || data === '') return wrong(place, `expected base64, got ${quoted(data)}`);
  const bytes = decodedBase64(data);
  if (bytes === undefined) return wrong(place, `expected base64, got ${quoted(data)}`);
  try {
    return textIn(place.textOf(bytes), place);
  } catch (error) {
    if (!(error instanceof FindingParseError)) throw error;
    return wrong(place, error.problem);
  }
}

/** The documents of a text in an envelope, such as JSON lines. */
function textIn(text: string, place: Place): Documents {
  const parts = textParts(text);
  if (parts.length === 0) return wrong(place, 'expected JSON, got an empty text');
  return untilRubbish(parts, place, (part) => {
    const within = { ...place, where: [place.where, placeOf(parts, part)].filter((step) => step !== '').join(', ') };
    return 'document' in part ? documentsIn(part.document, within) : wrong(within, part.problem);
  });
}

function wrong({ where, wrongs }: Place, problem: string): Documents {
  wrongs.count += 1;
  return [new FindingParseError(where, problem)];
}

function each(list: readonly Json[], place: Place): Documents {
  return untilRubbish(list, place, (element, index) =>
    documentsIn(element, { ...place, where: `${place.where}[${index}]` }),
  );
}

/** What each holds, until too many hold nothing. */
function untilRubbish<T>(list: readonly T[], place: Place, read: (one: T, index: number) => Documents): Documents {
  const found: (FindingDocument | FindingParseError)[] = [];
  for (const [index, one] of list.entries()) {
    if (place.wrongs.count > mostUnreadable) break;
    const next = place.wrongs.count === mostUnreadable ? wrong(place, restUnread) : read(one, index);
    for (const document of next) found.push(document);
  }
  return found;
}

/** The parts of a document: the finding, the resource next to it, and what else stands outside it. */
export function partsOf({ document, where }: FindingDocument) {
  const key = ['finding', 'findings'].find((name) => Object.hasOwn(document, name));
  const finding = key === undefined ? document : document[key];
  const inside = key === undefined ? where : path(where, key);
  if (!isJsonObject(finding)) throw new FindingParseError(inside, `expected a finding, got ${quoted(finding)}`);
  const own = (name: string) => (Object.hasOwn(document, name) ? document[name] : undefined);
  /** A row of BigQuery's export has columns of its own for some of the finding's fields. */
  const beside = (name: string) => (key === undefined ? undefined : field(document, name));
  const resource = own('resource');
  return {
    finding,
    where: inside === '' ? '' : `${inside}.`,
    resource: isJsonObject(resource) ? resource : {},
    own,
    beside,
  };
}

/** The bytes; undefined where it is not base64 or base64url. The decoder's own error says which letter, unescaped. */
function decodedBase64(data: string): Uint8Array | undefined {
  const standard = data.replaceAll('-', '+').replaceAll('_', '/');
  try {
    return base64.decode(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='));
  } catch {
    return undefined;
  }
}

function path(where: string, key: string): string {
  return where === '' ? key : `${where}.${key}`;
}

function keys(object: JsonObject): string {
  const names = Object.keys(object);
  return names.length === 0
    ? 'an empty object'
    : `an object with ${plain(maskSecrets(names.slice(0, 8).join(', ')), 80)}`;
}
