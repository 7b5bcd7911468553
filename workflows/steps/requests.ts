import type { LogRequest } from '../../activities/cloud-logging.ts';
import type { CloudRunResource, Finding } from '../../model/finding.ts';
import { firstSign, shifted } from '../../model/requests.ts';

/** Logs are saved from so long before the first sign. */
const logsBeforeSeconds = 3_600;

/** Which log lines to save: from an hour before the first sign until they are read. */
export function logRequest(finding: Finding, resource: CloudRunResource): LogRequest {
  return { resource, from: shifted(firstSign(finding), -logsBeforeSeconds) };
}
