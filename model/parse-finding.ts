import { parseCloudRunName } from './cloud-run-name.ts';
import { digestOf } from './digest.ts';
import { readBindings } from './finding-bindings.ts';
import { boundFinding } from './finding-bounds.ts';
import { findingDocuments, partsOf } from './finding-documents.ts';
import type { FindingDocument } from './finding-documents.ts';
import { FindingParseError, quoted } from './finding-error.ts';
import { asText, field, mapEntries, objectField, objectsField, textField, textsField } from './finding-fields.ts';
import { toJson } from './finding-json.ts';
import { readFindingIdentity } from './finding-name.ts';
import { ownersIn } from './finding-owners.ts';
import { readConnections, readContainers, readFiles, readProcesses } from './finding-processes.ts';
import { readSourceProperties } from './finding-properties.ts';
import { parseTime } from './finding-time.ts';
import type { Finding, ParsedFinding, ReportedAttack } from './finding.ts';
import { fingerprintOf } from './fingerprint.ts';
import { addressText } from './ip-address.ts';
import { isJsonObject } from './json.ts';
import type { JsonObject } from './json.ts';
import { redactObject } from './redact.ts';

/**
 * Reads findings from any shape in which Security Command Center hands them out: Pub/Sub notifications v1 and v2, the console's JSON,
 * list answers over REST and gRPC, a bare finding, and exports with all defaults; each also in a Pub/Sub push message, one or many.
 * A hand parser over raw JSON, since the client's own drops unknown fields and values. The document of each is kept without environment
 * values and with secrets masked (see `redact`); texts of a finding beyond `findingBytes` are cut in `finding` only. Throws a FindingParseError on the first that cannot be read.
 */
export function parseFindings(document: unknown): ParsedFinding[] {
  return findingDocuments(toJson(document)).map(parseOne);
}

/** The findings alone, for whom documents, digests and fingerprints are of no use: a quarter of the work. Throws as `parseFindings`. */
export function readFindings(document: unknown): Finding[] {
  return findingDocuments(toJson(document)).map(({ document, where }) =>
    boundFinding(readFinding({ document: redactObject(document), where })),
  );
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
  const { finding, where, resource, own } = partsOf(received);
  const text = (name: string) => textField(finding, name);
  const eventTime = parseTime(field(finding, 'eventTime'));
  if (eventTime === undefined) {
    const expected = 'expected a time after 1970 as RFC 3339 or {seconds, nanos}';
    throw new FindingParseError(`${where}eventTime`, `${expected}, got ${quoted(field(finding, 'eventTime'))}`);
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
    state: text('state') || 'STATE_UNSPECIFIED',
    mute: text('mute') || 'MUTE_UNSPECIFIED',
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
