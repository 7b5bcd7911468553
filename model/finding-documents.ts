import { base64 } from '@scure/base';
import { FindingParseError, quoted } from './finding-error.ts';
import { decodeFindingBytes } from './finding-json.ts';
import { plain } from './display.ts';
import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { maskSecrets } from './secrets.ts';

/** One finding as it was received, before it is read. */
export interface FindingDocument {
  /** The smallest part of what was received that holds the whole finding: a notification, a list result, or the bare finding. */
  readonly document: JsonObject;
  /** Where it stood, for error messages: empty or `listFindingsResults[2]`. */
  readonly where: string;
}

/**
 * The findings in what was received: a notification (v1 or v2), the console's JSON, a list answer (REST or gRPC), a bare finding, a
 * Pub/Sub push message around any of these, or a list of any of these. Throws a FindingParseError for anything else.
 */
export function findingDocuments(received: Json, where = ''): readonly FindingDocument[] {
  if (Array.isArray(received)) return each(received, where);
  if (!isJsonObject(received)) throw new FindingParseError(where, `expected a finding, got ${quoted(received)}`);
  const has = (key: string) => Object.hasOwn(received, key);
  if (has('finding')) return [{ document: received, where }];
  if (has('findings')) {
    const { findings } = received;
    return Array.isArray(findings) ? each(findings, path(where, 'findings')) : [{ document: received, where }];
  }
  for (const list of ['listFindingsResults', 'list_findings_results']) {
    if (!has(list)) continue;
    const results = received[list];
    if (!Array.isArray(results))
      throw new FindingParseError(path(where, list), `expected a list, got ${quoted(results)}`);
    return each(results, path(where, list));
  }
  if (has('name') || has('category')) return [{ document: received, where }];
  if (has('message')) return pushed(received['message'], where);
  throw new FindingParseError(
    where,
    `expected a finding, a notification, a list of findings or a Pub/Sub message, got ${keys(received)}`,
  );
}

/** The parts of a document: the finding, the resource next to it, and the source properties that the console's JSON has outside it. */
export function partsOf({ document, where }: FindingDocument) {
  const key = ['finding', 'findings'].find((name) => Object.hasOwn(document, name));
  const finding = key === undefined ? document : document[key];
  const inside = key === undefined ? where : path(where, key);
  if (!isJsonObject(finding)) throw new FindingParseError(inside, `expected a finding, got ${quoted(finding)}`);
  const own = (name: string) => (Object.hasOwn(document, name) ? document[name] : undefined);
  const resource = own('resource');
  return { finding, where: inside === '' ? '' : `${inside}.`, resource: isJsonObject(resource) ? resource : {}, own };
}

function each(list: readonly Json[], where: string): readonly FindingDocument[] {
  return list.flatMap((element, index) => findingDocuments(element, `${where}[${index}]`));
}

function pushed(message: Json | undefined, where: string): readonly FindingDocument[] {
  const at = path(where, 'message.data');
  const data = isJsonObject(message) && Object.hasOwn(message, 'data') ? message['data'] : undefined;
  if (typeof data !== 'string' || data === '') throw new FindingParseError(at, `expected base64, got ${quoted(data)}`);
  let received: Json;
  try {
    received = decodeFindingBytes(new TextDecoder().decode(decodeBase64(data, at)));
  } catch (error) {
    if (error instanceof FindingParseError && error.where === '') throw new FindingParseError(at, error.problem);
    throw error;
  }
  if (isJsonObject(received) && Object.hasOwn(received, 'message') && !Object.hasOwn(received, 'finding'))
    throw new FindingParseError(at, 'expected a finding, got another Pub/Sub message');
  return findingDocuments(received, at);
}

function decodeBase64(data: string, at: string): Uint8Array {
  const standard = data.replaceAll('-', '+').replaceAll('_', '/');
  try {
    return base64.decode(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='));
  } catch {
    // The decoder's own error says which letter, unescaped.
    throw new FindingParseError(at, `expected base64, got ${quoted(data)}`);
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
