import type { CaseTimes } from '../../model/case.ts';
import type { CloudRunResource, Finding } from '../../model/finding.ts';
import type { LogRequest } from '../../activities/cloud-logging.ts';
import type { SettingsRequest } from '../../activities/cloud-run.ts';
import type { RelatedRequest } from '../../activities/related-findings.ts';

/** Logs are saved from so long before the first sign. */
const logsBeforeSeconds = 3_600;

/** Which settings to read, and what of the finding they are held against. */
export function settingsRequest(finding: Finding, resource: CloudRunResource): SettingsRequest {
  const images = finding.containers.map(({ imageId }) => imageId).filter((image) => image !== '');
  return { ...resource, firstSign: { at: firstSign(finding), images } };
}

/** What to look for near a finding. */
export function relatedRequest(finding: Finding, resource: CloudRunResource, times: CaseTimes): RelatedRequest {
  const given = (texts: readonly string[]): string[] => [...new Set(texts.filter((text) => text !== ''))];
  const { reverseShell, connections, containers, containerImageUri } = finding;
  return {
    name: finding.name,
    caseId: finding.caseId,
    resource,
    projects: given([resource.project, finding.projectDisplayName, finding.projectFullName.split('/').at(-1) ?? '']),
    images: given([containerImageUri, ...containers.flatMap(({ uri, imageId }) => [uri, imageId])]),
    addresses: given([reverseShell?.destinationIp ?? '', ...connections.map(({ destinationIp }) => destinationIp)]),
    from: shifted(firstSign(finding), -times.correlationBefore),
    to: shifted(firstSign(finding), times.correlationAfter),
  };
}

/** Which log lines to save: from an hour before the first sign until they are read. */
export function logRequest(finding: Finding, resource: CloudRunResource): LogRequest {
  return { resource, from: shifted(firstSign(finding), -logsBeforeSeconds) };
}

/** When SCC first knew of it, RFC 3339 UTC. */
export function firstSign({ createTime, eventTime }: Finding): string {
  return createTime ?? eventTime;
}

function shifted(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString();
}
