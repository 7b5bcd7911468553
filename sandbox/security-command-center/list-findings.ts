import { createHash } from 'node:crypto';
import { textAt } from '../kernel/json.ts';
import { invalidArgument, notFound } from '../kernel/refuse.ts';
import { findingFilter } from './finding-filter.ts';
import { canonicalNameOf, type Findings, type StoredFinding } from './findings.ts';
import { marksOf } from './marks.ts';
import { parseFindingName, parseParent } from './names.ts';
import { typedFinding, typedResource } from './typed.ts';

/** A request for ListFindings, decoded. */
export interface ListFindingsRequest {
  readonly parent: string;
  readonly filter: string;
  readonly orderBy: string;
  readonly fieldMask: { readonly paths: readonly string[] } | null;
  readonly pageToken: string;
  readonly pageSize: number;
}

const orderFields: Readonly<Record<string, (stored: StoredFinding) => string | number>> = {
  name: ({ finding }) => textAt(finding, 'name') ?? '',
  parent: ({ finding }) => textAt(finding, 'parent') ?? '',
  state: ({ finding }) => textAt(finding, 'state') ?? '',
  category: ({ finding }) => textAt(finding, 'category') ?? '',
  resource_name: ({ finding }) => textAt(finding, 'resourceName') ?? '',
  event_time: ({ finding }) => Date.parse(textAt(finding, 'eventTime') ?? ''),
  'security_marks.marks': ({ finding }) => JSON.stringify(marksOf(finding)),
};

/** Answers ListFindings. Throws StatusError INVALID_ARGUMENT, and NOT_FOUND for a scope of which the sandbox has never heard. */
export function listFindings(findings: Findings, ownProject: string, request: ListFindingsRequest): object {
  const { parent, filter, orderBy, fieldMask, pageToken, pageSize } = request;
  if (fieldMask !== null && fieldMask.paths.length > 0)
    throw invalidArgument('the sandbox does not know field masks for ListFindings');
  if (pageSize < 0 || pageSize > 1000) throw invalidArgument(`pageSize must be from 1 to 1000, not ${pageSize}`);
  const fitting = findings.all().filter(findingFilter(filter));
  const matching = inParent(findings, fitting, ownProject, parent).sort(comparison(orderBy));
  const size = pageSize || 10;
  const query = digestOf([parent, filter, orderBy]);
  const start = pageToken === '' ? 0 : offsetOf(pageToken, query);
  const page = matching.slice(start, start + size);
  return {
    listFindingsResults: page.map((stored) => ({
      finding: typedFinding({ canonicalName: canonicalNameOf(stored), ...stored.finding }),
      resource: typedResource(stored.resource),
    })),
    nextPageToken: start + size < matching.length ? tokenOf(start + size, query) : '',
    totalSize: matching.length,
  };
}

/** Those of the fitting findings that are in the parent. */
function inParent(
  findings: Findings,
  fitting: readonly StoredFinding[],
  ownProject: string,
  parent: string,
): StoredFinding[] {
  const { scope, source, location } = parseParent(parent);
  const scoped = fitting.filter((stored) => findings.scopesOf(stored).includes(scope));
  if (scoped.length === 0) assertKnown(findings, ownProject, scope);
  return scoped.filter((stored) => {
    const name = parseFindingName(textAt(stored.finding, 'name') ?? '');
    return (source === '-' || source === name.source) && location === name.location;
  });
}

function assertKnown(findings: Findings, ownProject: string, scope: string): void {
  const known = new Set([`projects/${ownProject}`, ...findings.all().flatMap((stored) => findings.scopesOf(stored))]);
  if (known.size > 1 && !known.has(scope))
    throw notFound(`the sandbox knows nothing of ${scope}. It knows: ${[...known].join(', ')}`);
}

function comparison(orderBy: string): (left: StoredFinding, right: StoredFinding) => number {
  const terms = orderBy.split(',').flatMap((term) => {
    const words = term.trim().split(/\s+/);
    const [field = '', direction] = words;
    if (field === '') return [];
    const read = Object.hasOwn(orderFields, field) ? orderFields[field] : undefined;
    if (read === undefined || words.length > 2 || (direction !== undefined && direction !== 'desc')) {
      throw invalidArgument(
        `the sandbox cannot order findings by ${JSON.stringify(term.trim())}. It knows: ${Object.keys(orderFields).join(', ')}, each also with " desc"`,
      );
    }
    return [{ read, sign: direction === 'desc' ? -1 : 1 }];
  });
  return (left, right) => {
    for (const { read, sign } of terms) {
      const [a, b] = [read(left), read(right)];
      if (a !== b) return a < b ? -sign : sign;
    }
    return 0;
  };
}

function tokenOf(offset: number, query: string): string {
  return Buffer.from(`${offset}:${query}`).toString('base64url');
}

function offsetOf(token: string, query: string): number {
  const [offset, of] = Buffer.from(token, 'base64url').toString().split(':');
  if (of !== query || !/^\d+$/.test(offset ?? ''))
    throw invalidArgument('the pageToken does not belong to a list with this parent, filter and order');
  return Number(offset);
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
