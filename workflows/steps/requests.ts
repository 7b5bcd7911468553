import type { LogRequest } from '../../activities/cloud-logging.ts';
import type { CloudRunResource, Finding } from '../../model/finding.ts';
import { firstSign, shifted } from '../../model/requests.ts';

/** Logs are saved from so long before the first sign. */
const logsBeforeSeconds = 3_600;

/** Findings of one attack come minutes apart: where their first signs are within the same ten, their cases want the same lines. */
const grid = 600_000;

/** Which log lines to save: from an hour or a little more before the first sign until they are read. */
export function logRequest(finding: Finding, resource: CloudRunResource): LogRequest {
  const sign = Math.floor(Date.parse(firstSign(finding)) / grid) * grid;
  return { resource, from: shifted(new Date(sign).toISOString(), -logsBeforeSeconds) };
}
