import { FindingParseError, quoted } from './finding-error.ts';
import { field } from './finding-fields.ts';
import type { JsonObject } from './json.ts';

/**
 * A finding's name, v1 or v2 (with a location). The source holds no dash, so `finding-<source>-<finding>` can be read back one way only;
 * source ids are numbers, `-` is the wildcard of list requests. Source: securitycenter/{v1,v2}/finding.proto.
 */
const grammar =
  /^(?:organizations|folders|projects)\/[A-Za-z0-9][A-Za-z0-9.:_-]{0,99}\/sources\/([A-Za-z0-9_]{1,64})(?:\/locations\/[A-Za-z0-9-]{1,64})?\/findings\/([A-Za-z0-9_-]{1,128})$/;

const expected = '(organizations|folders|projects)/…/sources/…[/locations/…]/findings/…';

/** The case id of a finding's name, `finding-<source>-<finding>`; the prefix and the location say nothing. Undefined for any other text. */
function caseIdOf(name: string): string | undefined {
  const parts = grammar.exec(name);
  return parts ? `finding-${parts[1]}-${parts[2]}` : undefined;
}

/** The finding's name and case id. Throws a FindingParseError where it has none. */
export function readFindingName(
  finding: JsonObject,
  where: string,
): { readonly name: string; readonly caseId: string } {
  const name = field(finding, 'name');
  if (typeof name !== 'string' || name === '')
    throw new FindingParseError(`${where}name`, `expected ${expected}, got ${quoted(name)}`);
  const caseId = caseIdOf(name);
  if (caseId === undefined) throw new FindingParseError(`${where}name`, `expected ${expected}, got ${quoted(name)}`);
  return { name, caseId };
}
