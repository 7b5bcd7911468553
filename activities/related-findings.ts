import type { protos } from '@google-cloud/security-center';
import { LRUCache } from 'lru-cache';
import { FindingParseError } from '../model/finding-error.ts';
import type { Finding } from '../model/finding.ts';
import type { RelatedFinding } from '../model/investigation.ts';
import { readFindings } from '../model/parse-finding.ts';
import type { RelatedRequest } from '../model/requests.ts';

type ListResult = protos.google.cloud.securitycenter.v2.ListFindingsResponse.IListFindingsResult;

/** Findings near one another turn up in the lists of each other's cases: what was read serves all for so long, milliseconds. */
const readingLives = 30_000;
const mostRead = 1_000;

/** Findings of a list; of those that cannot be read, why. */
export interface Candidates {
  readonly findings: readonly Finding[];
  readonly unreadable: readonly string[];
}

/** Reads the findings of a list, each version of one once while many ask. */
export function candidateReader(): (results: readonly ListResult[]) => Candidates {
  const known = new LRUCache<string, Candidates>({ max: mostRead, ttl: readingLives });
  return (results) => {
    const read = results.map((result) => {
      const { name, eventTime, state, mute } = result.finding ?? {};
      const version = [name, eventTime?.seconds, eventTime?.nanos, state, mute].join(' ');
      const found = known.get(version) ?? readOne(result);
      known.set(version, found);
      return found;
    });
    return {
      findings: read.flatMap(({ findings }) => findings),
      unreadable: read.flatMap(({ unreadable }) => unreadable),
    };
  };
}

function readOne(result: ListResult): Candidates {
  try {
    return { findings: readFindings({ listFindingsResults: [result] }), unreadable: [] };
  } catch (error) {
    if (!(error instanceof FindingParseError)) throw error;
    return { findings: [], unreadable: [error.message] };
  }
}

/**
 * SCC's filter for findings near this one: on any Cloud Run resource of the same place, in the window. Links are judged here, since
 * the filter cannot look into containers or connections. The project part may be id or number, so it is matched by substring.
 */
export function relatedFilter({ resource, from, to }: RelatedRequest): string {
  return `resource_name : "/locations/${resource.location}/" AND event_time >= "${from}" AND event_time <= "${to}"`;
}

/** The findings that some rule links to this one; each with its rules. */
export function relate(candidates: readonly Finding[], request: RelatedRequest): RelatedFinding[] {
  return candidates.flatMap((finding) => {
    if (finding.caseId === request.caseId) return [];
    const rules = rulesFor(finding, request);
    if (rules.length === 0) return [];
    const { name, caseId, category, severity, state, eventTime, resourceName } = finding;
    return [{ name, caseId, category, severity, state, eventTime, resourceName, rules }];
  });
}

function rulesFor(finding: Finding, { resource, projects, images, addresses }: RelatedRequest): string[] {
  const rules: string[] = [];
  const other = finding.resource;
  const sameProject = projectNames(finding).some((name) => projects.includes(name));
  if (
    sameProject &&
    other?.kind === resource.kind &&
    other.name === resource.name &&
    other.location === resource.location
  ) {
    rules.push(`same ${resource.kind}`);
  }
  const otherImages = [finding.containerImageUri, ...finding.containers.flatMap(({ uri, imageId }) => [uri, imageId])];
  if (otherImages.some((image) => image !== '' && images.includes(image))) rules.push('same image');
  const otherAddresses = [
    finding.reverseShell?.destinationIp ?? '',
    ...finding.connections.map(({ destinationIp }) => destinationIp),
    ...finding.indicator.ipAddresses,
  ];
  if (otherAddresses.some((address) => address !== '' && addresses.includes(address)))
    rules.push('same remote address');
  return rules;
}

/** The names that a finding gives its project: id, number, or both. */
function projectNames({ resource, projectDisplayName, projectFullName }: Finding): string[] {
  const number = projectFullName.split('/').at(-1) ?? '';
  return [resource?.project ?? '', projectDisplayName, number].filter((name) => name !== '');
}
