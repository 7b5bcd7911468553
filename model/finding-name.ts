import { caseIdOf } from './case-id.ts';
import { FindingParseError, quoted } from './finding-error.ts';
import { field } from './finding-fields.ts';
import type { JsonObject } from './json.ts';

/** A finding's name, taken apart. */
export interface FindingName {
  readonly kind: 'organizations' | 'folders' | 'projects';
  /** The number; of a project possibly its id. */
  readonly owner: string;
  readonly byNumber: boolean;
  readonly source: string;
  /** `global` where the name has none, as those of v1. */
  readonly location: string;
  readonly finding: string;
}

/** Who a finding is, whatever the name that it is given by. */
export interface FindingIdentity {
  /** As received. */
  readonly name: string;
  /** By the nearest ancestor's number, normally the project's, and with the location. */
  readonly canonicalName: string;
  readonly caseId: string;
}

/** Only who it is. */
export function identityOf({ name, canonicalName, caseId }: FindingIdentity): FindingIdentity {
  return { name, canonicalName, caseId };
}

/**
 * v1 or v2 (with a location). Source ids are numbers; `-` is the wildcard of list requests. Source: securitycenter/{v1,v2}/finding.proto;
 * project ids, those of domains too, by resourcemanager/v3/projects.proto.
 */
const grammar =
  /^(?:(organizations|folders|projects)\/([1-9][0-9]{0,18})|projects\/([a-z](?:[a-z0-9.:-]{0,98}[a-z0-9])?))\/sources\/([A-Za-z0-9_]{1,32})(?:\/locations\/([a-z0-9][a-z0-9-]{0,31}))?\/findings\/([A-Za-z0-9_-]{1,128})$/;
const expected = '(organizations|folders|projects)/…/sources/…[/locations/…]/findings/…';
const numberedProject = /^(?:\/\/cloudresourcemanager\.googleapis\.com\/)?projects\/([1-9][0-9]{0,18})$/;

/** Takes a finding's name apart; undefined for any other text. */
export function parseFindingName(text: string): FindingName | undefined {
  const [, kind, number, projectId, source, location = 'global', finding] = grammar.exec(text) ?? [];
  if (source === undefined || finding === undefined) return undefined;
  const rest = { source, location, finding };
  if (projectId !== undefined) return { kind: 'projects', owner: projectId, byNumber: false, ...rest };
  if (kind !== 'organizations' && kind !== 'folders' && kind !== 'projects') return undefined;
  return { kind, owner: number ?? '', byNumber: true, ...rest };
}

/** The name's text, with the location. */
export function findingNameOf({ kind, owner, source, location, finding }: FindingName): string {
  return `${kind}/${owner}/sources/${source}/locations/${location}/findings/${finding}`;
}

/** `organizations/1`, `folders/2` or `projects/3`: what a finding's name begins with. */
export function ownerOf({ kind, owner }: FindingName): string {
  return `${kind}/${owner}`;
}

/**
 * Who the finding is. Where it has no canonical name, as in some exports, the project is told by one of `projects` that is a number
 * (`projects/…`, also as a full resource name), else by the name. Throws a FindingParseError where names contradict each other or tell no number.
 */
export function readFindingIdentity(finding: JsonObject, where: string, projects: readonly string[]): FindingIdentity {
  const { text, name } = readName(finding, 'name', where);
  const written = field(finding, 'canonicalName');
  const none = written === undefined || written === null || written === '';
  const canonical = none ? derived(name, where, projects) : readCanonical(finding, name, where);
  return { name: text, canonicalName: findingNameOf(canonical), caseId: caseIdOf(canonical) };
}

function readCanonical(finding: JsonObject, named: FindingName, where: string): FindingName {
  const { text, name: canonical } = readName(finding, 'canonicalName', where);
  const same = (['source', 'location', 'finding'] as const).every((part) => canonical[part] === named[part]);
  const comparable = canonical.kind === named.kind && named.byNumber;
  if (!same || !canonical.byNumber || (comparable && canonical.owner !== named.owner))
    throw new FindingParseError(
      `${where}canonicalName`,
      `expected the name of the same finding by number, got ${quoted(text)} of ${quoted(findingNameOf(named))}`,
    );
  return canonical;
}

function derived(named: FindingName, where: string, projects: readonly string[]): FindingName {
  if (named.kind === 'projects' && named.byNumber) return named;
  const [number] = projects.flatMap((project) => numberedProject.exec(project)?.[1] ?? []);
  if (number !== undefined) return { ...named, kind: 'projects', owner: number, byNumber: true };
  if (named.byNumber) return named;
  const problem = `expected one, since nothing else tells the number of the project in ${quoted(findingNameOf(named))}`;
  throw new FindingParseError(`${where}canonicalName`, problem);
}

function readName(
  finding: JsonObject,
  key: 'name' | 'canonicalName',
  where: string,
): { readonly text: string; readonly name: FindingName } {
  const text = field(finding, key);
  const name = typeof text === 'string' ? parseFindingName(text) : undefined;
  if (typeof text !== 'string' || name === undefined)
    throw new FindingParseError(`${where}${key}`, `expected ${expected}, got ${quoted(text)}`);
  return { text, name };
}
