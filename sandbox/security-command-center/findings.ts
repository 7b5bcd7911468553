import { isJsonObject, textAt, valueAt } from '../kernel/json.ts';
import type { JsonObject } from '../kernel/json.ts';
import { invalidArgument, notFound } from '../kernel/refuse.ts';
import type { World } from '../kernel/reality.ts';
import type { Clock, Store } from '../kernel/service.ts';
import { type FindingName, parseFindingName, withoutScope } from './names.ts';
import { typedFinding, typedResource } from './typed.ts';

/** A finding as it was published, and as writes have changed it since: proto3 JSON, unknown fields kept. */
export interface StoredFinding {
  finding: JsonObject;
  resource: JsonObject;
  /** What else the message had: its notificationConfigName, and fields that the proto does not know. */
  envelope: JsonObject;
}

/** The findings of the sandbox. */
export interface Findings {
  all(): readonly StoredFinding[];
  /** Throws StatusError NOT_FOUND, INVALID_ARGUMENT for what is no name. */
  byName(name: string): StoredFinding;
  /**
   * Makes the document's finding exist, or updates it where its eventTime is newer; then sends it as it came. An older or equal one is only
   * sent: a late redelivery. Answers the message id. Throws StatusError INVALID_ARGUMENT saying what does not fit.
   */
  publish(document: unknown): { readonly name: string; readonly messageId: string };
  /** The same without sending: a finding that is only there to be found. Answers its name. */
  put(document: unknown): { readonly name: string };
  /** Changes a finding and sends it. */
  write(name: string, change: (finding: JsonObject) => void): StoredFinding;
  /** The same for what says something about a finding and not of it, a mark: as the sandbox plays that. */
  annotate(name: string, change: (finding: JsonObject) => void): StoredFinding;
  /** The scopes (`organizations/…`, `folders/…`, `projects/…`) through which a finding can be listed. */
  scopesOf(stored: StoredFinding): readonly string[];
}

/** Opens the kept findings. `send` publishes a notification and answers its message id. */
export function openFindings(tools: {
  readonly store: Store;
  readonly clock: Clock;
  readonly project: string;
  readonly world: Pick<World, 'marks'>;
  readonly send: (message: JsonObject) => string;
}): Findings {
  const section = tools.store.section('securityCommandCenter', () => ({
    findings: {} as Record<string, StoredFinding>,
  }));
  const { findings } = section.value;
  const notificationConfigName = `projects/${tools.project}/locations/global/notificationConfigs/firebreak`;

  /** Keys by what the names have in common: a list of all findings would be read for each of them. */
  const alike = new Map<string, string[]>();
  const remember = (key: string, { finding }: StoredFinding): void => {
    const rest = withoutScope(nameOf(finding));
    const keys = alike.get(rest) ?? [];
    if (!keys.includes(key)) alike.set(rest, [...keys, key]);
  };
  for (const [key, stored] of Object.entries(findings)) remember(key, stored);
  const keyWhere = (name: FindingName, fits: (stored: StoredFinding) => boolean): string | undefined =>
    alike.get(withoutScope(name))?.find((key) => findings[key] !== undefined && fits(findings[key]));
  const keyNamed = (name: FindingName): string | undefined =>
    keyWhere(name, (stored) => scopesOf(stored).includes(name.scope));

  /** Whose a finding is stands in its canonical name, else in its resource; a name by organization or project id is that of what is known. */
  const keyOf = (given: StoredFinding): string => {
    const name = nameOf(given.finding);
    const owner = ownerOf(given);
    const known = owner === undefined ? keyNamed(name) : keyWhere(name, (stored) => ownerOf(stored) === owner);
    return known ?? `${owner ?? name.scope} ${withoutScope(name)}`;
  };

  const byName = (name: string): StoredFinding => {
    const key = keyNamed(parseFindingName(name));
    const stored = key === undefined ? undefined : findings[key];
    if (stored === undefined)
      throw notFound(
        `Requested entity was not found: ${name}. The sandbox has ${Object.keys(findings).length} findings; publish one first.`,
      );
    return stored;
  };

  /** Keeps the document where it is newer than what is kept. Answers what is to be sent: what is kept now, or the late document as it came. */
  const put = (document: unknown): { readonly name: string; readonly stored: StoredFinding } => {
    const given = checkedDocument(document);
    const name = textAt(given.finding, 'name') ?? '';
    const key = keyOf(given);
    const known = Object.hasOwn(findings, key) ? findings[key] : undefined;
    const envelope: JsonObject = { notificationConfigName, ...given.envelope };
    if (known !== undefined && eventTime(given.finding) <= eventTime(known.finding))
      return { name, stored: { ...given, envelope } };
    const marks = valueAt(known?.finding, 'securityMarks');
    const createTime = valueAt(known?.finding, 'createTime') ?? new Date(tools.clock.now()).toISOString();
    const finding = { ...(marks === undefined ? {} : { securityMarks: marks }), createTime, ...given.finding };
    const stored = { finding, resource: given.resource, envelope };
    findings[key] = stored;
    remember(key, stored);
    section.touch();
    return { name, stored };
  };

  const write = (name: string, change: (finding: JsonObject) => void): StoredFinding => {
    const stored = byName(name);
    change(stored.finding);
    section.touch();
    tools.send(notification(stored));
    return stored;
  };

  return {
    all: () => Object.values(findings),
    byName,
    scopesOf,
    publish(document) {
      const { name, stored } = put(document);
      return { name, messageId: tools.send(notification(stored)) };
    },
    put: (document) => ({ name: put(document).name }),
    write,
    annotate(name, change) {
      if (tools.world.marks === 'notify')
        return write(name, (finding) => {
          change(finding);
          finding['eventTime'] = new Date(tools.clock.now()).toISOString();
        });
      const stored = byName(name);
      change(stored.finding);
      section.touch();
      return stored;
    },
  };
}

function nameOf(finding: JsonObject): FindingName {
  return parseFindingName(textAt(finding, 'name') ?? '');
}

function notification({ envelope, finding, resource }: StoredFinding): JsonObject {
  return { ...envelope, finding, resource };
}

function checkedDocument(document: unknown): StoredFinding {
  if (!isJsonObject(document))
    throw invalidArgument('publish wants a NotificationMessage as a JSON object: {finding, resource}');
  // A copy: what the sandbox keeps changes, the caller's document does not.
  const { finding, resource = {}, ...envelope } = structuredClone(document);
  if (!isJsonObject(finding) || !isJsonObject(resource)) {
    throw invalidArgument(
      'publish wants {finding: {…}, resource: {…}} as SCC sends it to Pub/Sub; other shapes can be sent raw with POST /messages',
    );
  }
  const name = textAt(finding, 'name');
  if (name === undefined) throw invalidArgument('the finding has no name');
  parseFindingName(name);
  for (const field of ['category', 'state', 'resourceName', 'eventTime']) {
    if (textAt(finding, field) === undefined) throw invalidArgument(`the finding has no ${field}`);
  }
  if (Number.isNaN(eventTime(finding)))
    throw invalidArgument(`the finding's eventTime is not an RFC 3339 time: ${textAt(finding, 'eventTime') ?? ''}`);
  // Both must also be servable over gRPC: said now, not at the first read.
  typedFinding(finding);
  typedResource(resource);
  return { finding, resource, envelope };
}

function eventTime(finding: JsonObject): number {
  return Date.parse(textAt(finding, 'eventTime') ?? '');
}

/** The owner by number: by the canonical name, else the resource's project. */
function ownerOf({ finding, resource }: StoredFinding): string | undefined {
  const places = [
    textAt(finding, 'canonicalName'),
    textAt(resource, 'gcpMetadata', 'project'),
    textAt(resource, 'project'),
  ];
  const owners = places.flatMap((text) => /(?:organizations|folders|projects)\/\d+/.exec(text ?? '')?.[0] ?? []);
  return owners[0];
}

/** By the owner's number and with the location, as SCC itself writes it; what was published in v1's form may have none. */
export function canonicalNameOf(stored: StoredFinding): string {
  const { scope, source, location, finding } = nameOf(stored.finding);
  return `${ownerOf(stored) ?? scope}/sources/${source}/locations/${location}/findings/${finding}`;
}

/** The scopes through which a finding can be named and listed. */
export function scopesOf({ finding, resource }: StoredFinding): string[] {
  const folders = valueAt(resource, 'gcpMetadata', 'folders');
  const named = [
    parseFindingName(textAt(finding, 'name') ?? '').scope,
    textAt(finding, 'canonicalName'),
    textAt(resource, 'gcpMetadata', 'project'),
    textAt(resource, 'gcpMetadata', 'organization'),
    textAt(resource, 'project'),
    textAt(resource, 'organization'),
    ...(Array.isArray(folders) ? folders.map((folder) => textAt(folder, 'resourceFolder')) : []),
    ...[textAt(resource, 'gcpMetadata', 'projectDisplayName'), textAt(resource, 'projectDisplayName')].map(
      (id) => id && `projects/${id}`,
    ),
  ];
  const scopes = named.map((text) => /(?:organizations|folders|projects)\/[^/]+/.exec(text ?? '')?.[0]);
  return [...new Set(scopes.filter((scope) => scope !== undefined))];
}
