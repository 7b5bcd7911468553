import { invalidArgument } from '../kernel/refuse.ts';

/** A finding's name, taken apart. */
export interface FindingName {
  /** `organizations/1`, `folders/2`, `projects/p`. */
  readonly scope: string;
  readonly source: string;
  /** `global` where the name has none: securitycenter_service.proto. */
  readonly location: string;
  readonly finding: string;
}

/** Where findings are listed. */
export interface FindingParent {
  readonly scope: string;
  /** `-`: all sources. */
  readonly source: string;
  readonly location: string;
}

const scope = '((?:organizations|folders|projects)/[^/]+)';
const namePattern = new RegExp(`^${scope}/sources/([^/]+)(?:/locations/([^/]+))?/findings/([^/]+)$`);
const parentPattern = new RegExp(`^${scope}/sources/([^/]+)(?:/locations/([^/]+))?$`);

/** Takes a finding's name apart. Throws StatusError INVALID_ARGUMENT. */
export function parseFindingName(name: string): FindingName {
  const match = namePattern.exec(name);
  if (match?.[1] === undefined || match[2] === undefined || match[4] === undefined) {
    throw invalidArgument(
      `${JSON.stringify(name)} is not the name of a finding: organizations|folders|projects/X/sources/S[/locations/L]/findings/F`,
    );
  }
  return { scope: match[1], source: match[2], location: match[3] ?? 'global', finding: match[4] };
}

/** Takes the parent of a list apart. Throws StatusError INVALID_ARGUMENT. */
export function parseParent(parent: string): FindingParent {
  const match = parentPattern.exec(parent);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw invalidArgument(
      `${JSON.stringify(parent)} is not a parent of findings: organizations|folders|projects/X/sources/S|-[/locations/L]`,
    );
  }
  return { scope: match[1], source: match[2], location: match[3] ?? 'global' };
}

/** What all names of a finding have in common, whatever the prefix and the way the location is written; another owner's may have the same. */
export function withoutScope({ source, location, finding }: FindingName): string {
  return `${source}/${location}/${finding}`;
}
