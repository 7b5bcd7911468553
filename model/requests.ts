import { identityOf } from './finding-name.ts';
import type { CaseTimes } from './case.ts';
import {
  type CloudRunResource,
  cloudRunResourceSchema,
  resourceExecution,
  resourceShape,
} from './cloud-run-resource.ts';
import type { Finding } from './finding.ts';
import { isLocalAddress } from './ip-address.ts';
import { closed, identifier, instant, list, optional, outsideText, text, type z } from './schema.ts';

const outsideTexts = list(outsideText, 20_000);

/** What the finding says that settings are held against. */
const firstSignSchema = closed({
  /** RFC 3339 UTC. */
  at: instant,
  /** The images by which the finding names its containers, each with a digest (`containers[].imageId`) or not. */
  images: outsideTexts,
  /** Short name of the revision that it names; absent where it names none. */
  revision: optional(text(100)),
});
export type FirstSign = z.infer<typeof firstSignSchema>;

/** Which settings to read. */
export const settingsRequestSchema = closed({
  ...resourceShape,
  ...resourceExecution,
  /** Absent where there is no finding to hold them against. */
  firstSign: optional(firstSignSchema),
});
export type SettingsRequest = z.infer<typeof settingsRequestSchema>;

/** Which findings to look for near a finding. */
export const relatedRequestSchema = closed({
  name: text(1_000),
  canonicalName: text(1_000),
  caseId: identifier,
  resource: cloudRunResourceSchema,
  /** The project's id and number, as far as the finding tells. */
  projects: outsideTexts,
  images: outsideTexts,
  addresses: outsideTexts,
  /** RFC 3339 UTC, both included. */
  from: instant,
  to: instant,
});
export type RelatedRequest = z.infer<typeof relatedRequestSchema>;

/** How long before and after a finding others are near it, seconds. */
export type CorrelationWindow = Pick<CaseTimes, 'correlationBefore' | 'correlationAfter'>;

/** Which settings to read, and what of the finding they are held against. */
export function settingsRequest(
  finding: Pick<Finding, 'containers' | 'createTime' | 'eventTime'>,
  resource: CloudRunResource,
): SettingsRequest {
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
  const { reverseShell, connections, indicator, containers, containerImageUri } = finding;
  return {
    ...identityOf(finding),
    resource,
    projects: given([resource.project, finding.projectDisplayName, finding.projectFullName.split('/').at(-1) ?? '']),
    images: given([containerImageUri, ...containers.flatMap(({ uri, imageId }) => [uri, imageId])]),
    // Loopback and the metadata server are the same on every machine, and link nothing.
    addresses: given([
      reverseShell?.destinationIp ?? '',
      ...connections.map(({ destinationIp }) => destinationIp),
      ...indicator.ipAddresses,
    ]).filter((address) => !isLocalAddress(address)),
    from: shifted(firstSign(finding), -correlationBefore),
    to: shifted(firstSign(finding), correlationAfter),
  };
}

/** When SCC first knew of it, RFC 3339 UTC. */
export function firstSign({ createTime, eventTime }: Pick<Finding, 'createTime' | 'eventTime'>): string {
  return createTime ?? eventTime;
}

/** A time (RFC 3339) so many seconds later, in UTC. */
export function shifted(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString();
}
