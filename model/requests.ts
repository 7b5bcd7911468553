import { identityOf } from './finding-name.ts';
import type { CaseTimes } from './case.ts';
import type { CloudRunResource, Finding } from './finding.ts';
import type { FindingIdentity } from './finding-name.ts';

/** What the finding says that settings are held against. */
export interface FirstSign {
  /** RFC 3339 UTC. */
  readonly at: string;
  /** The images by which the finding names its containers, each with a digest (`containers[].imageId`) or not. */
  readonly images: readonly string[];
  /** Short name of the revision that it names; absent where it names none. */
  readonly revision?: string;
}

/** Which settings to read. */
export interface SettingsRequest extends CloudRunResource {
  /** Absent where there is no finding to hold them against. */
  readonly firstSign?: FirstSign;
}

/** Which findings to look for near a finding. */
export interface RelatedRequest extends FindingIdentity {
  readonly resource: CloudRunResource;
  /** The project's id and number, as far as the finding tells. */
  readonly projects: readonly string[];
  readonly images: readonly string[];
  readonly addresses: readonly string[];
  /** RFC 3339 UTC, both included. */
  readonly from: string;
  readonly to: string;
}

/** How long before and after a finding others are near it, seconds. */
export type CorrelationWindow = Pick<CaseTimes, 'correlationBefore' | 'correlationAfter'>;

/** Which settings to read, and what of the finding they are held against. */
export function settingsRequest(finding: Finding, resource: CloudRunResource): SettingsRequest {
  const images = finding.containers.map(({ imageId }) => imageId).filter((image) => image !== '');
  const { revision } = resource;
  return { ...resource, firstSign: { at: firstSign(finding), images, ...(revision !== undefined && { revision }) } };
}

/** What to look for near a finding. */
export function relatedRequest(
  finding: Finding,
  resource: CloudRunResource,
  { correlationBefore, correlationAfter }: CorrelationWindow,
): RelatedRequest {
  const given = (texts: readonly string[]): string[] => [...new Set(texts.filter((text) => text !== ''))];
  const { reverseShell, connections, containers, containerImageUri } = finding;
  return {
    ...identityOf(finding),
    resource,
    projects: given([resource.project, finding.projectDisplayName, finding.projectFullName.split('/').at(-1) ?? '']),
    images: given([containerImageUri, ...containers.flatMap(({ uri, imageId }) => [uri, imageId])]),
    addresses: given([reverseShell?.destinationIp ?? '', ...connections.map(({ destinationIp }) => destinationIp)]),
    from: shifted(firstSign(finding), -correlationBefore),
    to: shifted(firstSign(finding), correlationAfter),
  };
}

/** When SCC first knew of it, RFC 3339 UTC. */
export function firstSign({ createTime, eventTime }: Finding): string {
  return createTime ?? eventTime;
}

/** A time (RFC 3339) so many seconds later, in UTC. */
export function shifted(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString();
}
