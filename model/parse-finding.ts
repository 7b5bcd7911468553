import { parseCloudRunName } from './cloud-run-name.ts';
import { digestOf } from './digest.ts';
import { readBindings } from './finding-bindings.ts';
import { boundFinding } from './finding-bounds.ts';
import { type FindingDocument, findingDocuments, partsOf } from './finding-documents.ts';
import { FindingParseError, quoted } from './finding-error.ts';
import { asText, field, mapEntries, objectField, objectsField, textField, textsField } from './finding-fields.ts';
import { toJson } from './finding-json.ts';
import { readFindingIdentity } from './finding-name.ts';
import { ownersIn } from './finding-owners.ts';
import { readConnections, readContainers, readFiles, readProcesses } from './finding-processes.ts';
import { readSourceProperties } from './finding-properties.ts';
import { placeOf, type TextOf } from './finding-text.ts';
import { parseTime } from './finding-time.ts';
import type { Finding, ParsedFinding, ReportedAttack } from './finding.ts';
import { fingerprintOf } from './fingerprint.ts';
import { addressText } from './ip-address.ts';
import { isJsonObject } from './json.ts';
import { mostUnreadable, restUnread, type TextPart } from './json-documents.ts';
import type { JsonObject } from './json.ts';
import { redactObject } from './redact.ts';

/**
 * Reads findings from any shape in which Security Command Center hands them out (see `findingDocuments`), one or many. A hand parser over raw JSON,
 * since the client's own drops unknown fields and values. The document of each is kept without environment values and with secrets masked (see
 * `redact`); texts of a finding beyond `findingBytes` are cut in `finding` only. Throws a FindingParseError on the first that cannot be read.
 */
export function parseFindings(document: unknown): ParsedFinding[] {
  return findingDocuments(toJson(document)).map((found) => parseOne(documentOf(found)));
}

/** The findings alone, for whom documents, digests and fingerprints are of no use: a quarter of the work. Throws as `parseFindings`. */
export function readFindings(document: unknown): Finding[] {
  return findingDocuments(toJson(document)).map((found) => {
    const { document, where } = documentOf(found);
    return boundFinding(readFinding({ document: redactObject(document), where }));
  });
}

function documentOf(found: FindingDocument | FindingParseError): FindingDocument {
  if (found instanceof FindingParseError) throw found;
  return found;
}

/** A record of what was received, with its place where there are several: a finding, or why it cannot be read. */
export type FindingRecord = { readonly place: string } & (
  | { readonly parsed: ParsedFinding }
  | { readonly error: FindingParseError }
);

/** The records of the parts of a text, in their order; a bad one takes no other with it. */
export function findingRecords(parts: readonly TextPart[], textOf?: TextOf): FindingRecord[] {
  const records: FindingRecord[] = [];
  let errors = 0;
  for (const part of parts) {
    const line = placeOf(parts, part);
    if (errors > mostUnreadable) {
      records.push(errorRecord(line, restUnread));
      break;
    }
    const read =
      'document' in part
        ? findingDocuments(part.document, '', textOf).map((found) => recordOf(found, line))
        : [errorRecord(line, part.problem)];
    errors += read.filter((record) => 'error' in record).length;
    for (const record of read) records.push(record);
  }
  return records;
}

function errorRecord(place: string, problem: string): FindingRecord {
  return { place, error: new FindingParseError(place, problem) };
}

function recordOf(found: FindingDocument | FindingParseError, line: string): FindingRecord {
  const placed = (where: string) => [line, where].filter((step) => step !== '').join(', ');
  const failed = (error: FindingParseError) => errorRecord(placed(error.where), error.problem);
  if (found instanceof FindingParseError) return failed(found);
  try {
    return { place: placed(found.where), parsed: parseOne(found) };
  } catch (error) {
    if (!(error instanceof FindingParseError)) throw error;
    return failed(error);
  }
}

function parseOne({ document, where }: FindingDocument): ParsedFinding {
  const redacted = redactObject(document);
  const finding = readFinding({ document: redacted, where });
  return {
    finding: boundFinding(finding),
    document: redacted,
    originalSha256: digestOf(document),
    fingerprint: fingerprintOf(finding),
    owners: ownersIn(finding, partsOf({ document, where }).resource),
  };
}

function readFinding(received: FindingDocument): Finding {
  const { finding, where, resource, own, beside } = partsOf(received);
  const text = (name: string) => textField(finding, name);
  const said = field(finding, 'eventTime') ?? beside('eventTime');
  const eventTime = parseTime(said);
  if (eventTime === undefined) {
    const expected = 'expected a time after 1970 as RFC 3339 or {seconds, nanos}';
    throw new FindingParseError(`${where}eventTime`, `${expected}, got ${quoted(said)}`);
  }
  const createTime = parseTime(field(finding, 'createTime'));
  const resourceName = text('resourceName') || textField(resource, 'name');
  const cloudRun = parseCloudRunName(resourceName);
  const projectFullName = ofProject(resource, ['project', 'projectName']);
  const identity = readFindingIdentity(finding, where, [projectFullName, `projects/${cloudRun?.project ?? ''}`]);
  const containers = readContainers(finding);
  const attack = readAttack(finding);
  const access = objectField(finding, 'access');
  const principalEmail = textField(access, 'principalEmail');
  const callerIp = addressText(textField(access, 'callerIp'));
  const methodName = textField(access, 'methodName');
  const bindings = readBindings(finding);
  const indicator = objectField(finding, 'indicator');
  const properties = readSourceProperties([field(finding, 'sourceProperties'), own('sourceProperties')]);
  return {
    ...identity,
    category: readCategory(finding, where),
    state: text('state') || asText(beside('state')) || 'STATE_UNSPECIFIED',
    mute: text('mute') || asText(beside('mute')) || 'MUTE_UNSPECIFIED',
    severity: text('severity') || 'SEVERITY_UNSPECIFIED',
    findingClass: text('findingClass') || 'FINDING_CLASS_UNSPECIFIED',
    eventTime,
    ...(createTime === undefined ? {} : { createTime }),
    description: text('description'),
    nextSteps: text('nextSteps'),
    externalUri: text('externalUri'),
    moduleName: text('moduleName'),
    parentDisplayName: text('parentDisplayName'),
    resourceName,
    resourceType: textField(resource, 'type'),
    ...(cloudRun ? { resource: cloudRun } : {}),
    projectDisplayName: ofProject(resource, ['projectDisplayName']),
    projectFullName,
    processes: readProcesses(finding),
    containers,
    connections: readConnections(finding),
    files: readFiles(finding, 'files'),
    indicator: {
      ipAddresses: textsField(indicator, 'ipAddresses').map(addressText),
      domains: textsField(indicator, 'domains'),
      uris: textsField(indicator, 'uris'),
    },
    ...(attack ? { attack } : {}),
    ...properties,
    containerImageUri: properties.containerImageUri || (containers[0]?.uri ?? ''),
    ...(principalEmail === '' ? {} : { principalEmail }),
    ...(callerIp === '' ? {} : { callerIp }),
    ...(methodName === '' ? {} : { methodName }),
    ...(bindings.length === 0 ? {} : { bindings }),
    marks: readMarks(finding),
    contacts: readContacts(finding),
  };
}

function readCategory(finding: JsonObject, where: string): string {
  const category = field(finding, 'category');
  if (typeof category !== 'string' || category.trim() === '')
    throw new FindingParseError(`${where}category`, `expected the detector's name, got ${quoted(category)}`);
  return category;
}

/** A fact about the project: v2 keeps it in `gcpMetadata`, v1 and the console's JSON flat. */
function ofProject(resource: JsonObject, names: readonly string[]): string {
  const places = [objectField(resource, 'gcpMetadata'), resource];
  return places.flatMap((place) => names.map((name) => textField(place, name))).find((value) => value !== '') ?? '';
}

function readAttack(finding: JsonObject): ReportedAttack | undefined {
  const mitre = objectField(finding, 'mitreAttack');
  const tactic = textField(mitre, 'primaryTactic');
  const primaryTactic = tactic === 'TACTIC_UNSPECIFIED' ? '' : tactic;
  const primaryTechniques = textsField(mitre, 'primaryTechniques');
  const additionalTactics = textsField(mitre, 'additionalTactics');
  const additionalTechniques = textsField(mitre, 'additionalTechniques');
  const said = primaryTactic.length + primaryTechniques.length + additionalTactics.length + additionalTechniques.length;
  if (said === 0) return undefined;
  return {
    ...(primaryTactic === '' ? {} : { primaryTactic }),
    primaryTechniques,
    additionalTactics,
    additionalTechniques,
  };
}

/** Marks by lower-case key, since SCC compares them without case. Source: securitycenter/v2/security_marks.proto. */
function readMarks(finding: JsonObject): Readonly<Record<string, string>> {
  const marks = mapEntries(field(objectField(finding, 'securityMarks'), 'marks'));
  return Object.fromEntries(marks.map(([key, value]) => [key.toLowerCase(), asText(value)]));
}

/** All e-mail addresses of `contacts`, sorted: the order of a map says nothing and differs between shapes. */
function readContacts(finding: JsonObject): readonly string[] {
  const kinds = mapEntries(field(finding, 'contacts')).map(([, details]) => (isJsonObject(details) ? details : {}));
  const emails = kinds.flatMap((details) =>
    objectsField(details, 'contacts').map((contact) => textField(contact, 'email')),
  );
  return [...new Set(emails)].filter((email) => email !== '').toSorted();
}
