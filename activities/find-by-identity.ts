import { status } from '@grpc/grpc-js';
import { caseIdOf } from '../model/case-id.ts';
import { type FindingIdentity, findingNameOf, ownerOf, parseFindingName } from '../model/finding-name.ts';
import type { ParsedFinding } from '../model/finding.ts';
import { parseFindings } from '../model/parse-finding.ts';
import type { ObserveClients } from '../runtime/google-clients.ts';
import { grpcCode } from './google-errors.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface FindingReaderDependencies {
  readonly findings: ObserveClients['findings'];
  /** Reads: 1,000 a minute a project. */
  readonly bucket: TokenBucket;
  /** Whose findings are ours: `organizations/N`, `folders/N`, `projects/N`. */
  readonly parents: readonly string[];
}

/** Calls have 10 s, and are retried by Temporal alone. */
export const callOptions = { timeout: 10_000, retry: null, autoPaginate: false } as const;

/**
 * Reads a finding by who it is, never by what a message calls it: asked is under our own parents only, by every form of its name, and what is
 * answered must be of the same case. Undefined where SCC has none such.
 */
export function findingReader({ findings, bucket, parents }: FindingReaderDependencies) {
  return async (identity: FindingIdentity): Promise<ParsedFinding | undefined> => {
    const canonical = parseFindingName(identity.canonicalName);
    if (canonical === undefined) return undefined;
    const caseId = caseIdOf(canonical);
    for (const parent of parentsFor(identity, parents)) {
      await bucket.take('reads', caseId);
      const source = `${parent}/sources/${canonical.source}/locations/${canonical.location}`;
      const names = [identity.canonicalName, `${source}/findings/${canonical.finding}`, identity.name].filter(
        (name) => parseFindingName(name) !== undefined,
      );
      const filter = [...new Set(names)].map((name) => `name="${name}"`).join(' OR ');
      const results = await answered(async () => {
        const [listed] = await findings.listFindings({ parent: source, filter, pageSize: 10 }, callOptions);
        return listed;
      });
      const parsed = parseFindings({ listFindingsResults: results });
      const found = parsed.find(({ finding }) => finding.caseId === caseId) ?? namedSo(parsed, identity);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/**
 * Some exports have neither a canonical name nor the project's number: their case goes by the name that they have, by organization or folder. What SCC
 * answers under exactly that name is its finding, whatever canonical name SCC knows besides.
 */
export function namedSo(
  answered: readonly ParsedFinding[],
  { canonicalName, caseId }: FindingIdentity,
): ParsedFinding | undefined {
  if (canonicalName.startsWith('projects/')) return undefined;
  const found = answered.find(({ finding: { name } }) => {
    const parts = parseFindingName(name);
    return parts !== undefined && findingNameOf(parts) === canonicalName;
  });
  return found && { ...found, finding: { ...found.finding, canonicalName, caseId } };
}

/** A parent that SCC does not know has no findings. */
async function answered<T>(ask: () => Promise<T[]>): Promise<T[]> {
  try {
    return await ask();
  } catch (error) {
    if (grpcCode(error) === status.NOT_FOUND) return [];
    throw error;
  }
}

/** The parents of ours under which the finding can be, the likeliest first. */
export function parentsFor({ name, canonicalName }: FindingIdentity, parents: readonly string[]): string[] {
  const [canonical, named] = [canonicalName, name].map((text) => parseFindingName(text));
  if (canonical === undefined) return [];
  const owner = ownerOf(canonical);
  if (parents.includes(owner)) return [owner];
  const first = named && ownerOf(named);
  const above = parents.filter((parent) => !parent.startsWith('projects/'));
  return [...above.filter((parent) => parent === first), ...above.filter((parent) => parent !== first)];
}
