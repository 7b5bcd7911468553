import { plain } from './display.ts';
import { objectField, objectsField, textField } from './finding-fields.ts';
import { ownerOf, parseFindingName } from './finding-name.ts';
import type { Finding, ParsedFinding } from './finding.ts';
import type { JsonObject } from './json.ts';

const owner =
  /(?:^|^\/\/cloudresourcemanager\.googleapis\.com\/)((?:organizations|folders|projects)\/[1-9][0-9]{0,18})$/;
/** So many folders are above a project at most. Source: Resource Manager's limits. */
const mostFolders = 10;

/**
 * Whose a finding says that it is: by its names, and by the organization and folders above its resource, since a name by project tells neither.
 * Only what SCC answers for the same finding proves it.
 */
export function ownersIn({ name, canonicalName }: Finding, resource: JsonObject): string[] {
  const names = [name, canonicalName].flatMap((text) => parseFindingName(text) ?? []).map(ownerOf);
  // v2 keeps them in `gcpMetadata`, v1 flat.
  const above = [objectField(resource, 'gcpMetadata'), resource].flatMap((place) => [
    textField(place, 'organization'),
    ...objectsField(place, 'folders')
      .slice(0, mostFolders)
      .map((folder) => textField(folder, 'resourceFolder')),
  ]);
  return [...new Set([...names, ...above.flatMap((text) => owner.exec(text)?.[1] ?? [])])];
}

/** Why a finding is none of the configured parents', in words safe to show; undefined where it is one of theirs. */
export function whyForeign({ owners }: Pick<ParsedFinding, 'owners'>, parents: readonly string[]): string | undefined {
  if (owners.some((one) => parents.includes(one))) return undefined;
  return `it is of ${plain(owners.join(', '), 200)}; FIREBREAK_SCC_PARENTS has ${plain(parents.join(', '), 200)}`;
}
