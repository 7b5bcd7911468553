import { type CloudRunResource, cloudRunResourceSchema } from './cloud-run-resource.ts';
import type { ResourceSettings } from './cloud-run.ts';
import { cut } from './display.ts';
import type { Finding } from './finding.ts';
import type { Answered, Unanswered } from './investigation.ts';
import { goodCandidates, mostAsked } from './known-good.ts';
import { firstSign, shifted } from './requests.ts';
import { badRevision } from './revisions.ts';
import { closed, instant, list, optional, text, type z } from './schema.ts';

/** Which log lines to save. */
export const logExportRequestSchema = closed({
  resource: cloudRunResourceSchema,
  /** RFC 3339 UTC, included. */
  from: instant,
});
export type LogExportRequest = z.infer<typeof logExportRequestSchema>;

/** Whether which revisions ever carried traffic. */
export const trafficRequestSchema = closed({
  resource: cloudRunResourceSchema,
  /** Short names: those that may be good to go back to. */
  revisions: list(text(200), 100),
  /** RFC 3339 UTC, not included: the first sign. */
  before: instant,
});
export type TrafficRequest = z.infer<typeof trafficRequestSchema>;

/** Whose traces to look for. */
export const identityRequestSchema = closed({
  resource: cloudRunResourceSchema,
  /** The e-mail of the service account that the compromised container runs as. */
  account: text(500),
  /** RFC 3339 UTC: the first sign. */
  since: instant,
});
export type IdentityRequest = z.infer<typeof identityRequestSchema>;

/** What the logs are asked besides the container's lines. The settings tell; what they do not tell is absent. */
export const logQuestionsSchema = closed({
  traffic: optional(trafficRequestSchema),
  account: optional(identityRequestSchema),
});
export type LogQuestions = z.infer<typeof logQuestionsSchema>;

/** Characters of a reason that is part of another one. */
const longestReason = 1_000;

/** Logs are saved from so long before the first sign. */
const logsBeforeSeconds = 3_600;

/** Findings of one attack come minutes apart: where their first signs are within the same ten, their cases want the same lines. */
const grid = 600_000;

/** Which log lines to save: from an hour or a little more before the first sign until they are read. */
export function logRequest(finding: Finding, resource: CloudRunResource): LogExportRequest {
  const sign = Math.floor(Date.parse(firstSign(finding)) / grid) * grid;
  return { resource, from: shifted(new Date(sign).toISOString(), -logsBeforeSeconds) };
}

/** Which revisions to ask about: those that may be good, unless one of them has a share of traffic now. Undefined where there is none. */
export function trafficRequest(
  finding: Finding,
  resource: CloudRunResource,
  settings: Answered<ResourceSettings>,
  imageSuspect: boolean,
): TrafficRequest | undefined {
  if (settings.status !== 'answered' || settings.value.kind === 'job') return undefined;
  const { revision: bad } = badRevision(finding, settings.value);
  if (bad === null) return undefined;
  const { candidates } = goodCandidates(finding, settings.value, bad, imageSuspect);
  if (candidates.length === 0 || candidates.some(({ percent }) => percent > 0)) return undefined;
  const revisions = candidates.slice(0, mostAsked).map(({ name }) => name);
  return { resource, revisions, before: firstSign(finding) };
}

/** Whose traces to look for: the account that the compromised revision runs as, else the one that new instances do; or why it cannot be told. */
export function identityRequest(
  finding: Finding,
  resource: CloudRunResource,
  settings: Answered<ResourceSettings>,
): IdentityRequest | Unanswered {
  if (settings.status !== 'answered')
    return {
      status: settings.status,
      reason: `which account it runs as is not known: ${cut(settings.reason, longestReason)}`,
    };
  const { revision } = badRevision(finding, settings.value);
  const account = revision?.serviceAccount || settings.value.serviceAccount || defaultAccount(finding, resource);
  if (account === null)
    return {
      status: 'failed',
      reason:
        'it runs as the default service account, whose name needs the project’s number, which the finding does not say',
    };
  return { resource, account, since: firstSign(finding) };
}

/** All that the settings let one ask of the logs. */
export function logQuestions(
  finding: Finding,
  resource: CloudRunResource,
  settings: Answered<ResourceSettings>,
  imageSuspect: boolean,
): LogQuestions {
  const traffic = trafficRequest(finding, resource, settings, imageSuspect);
  const account = identityRequest(finding, resource, settings);
  return { ...(traffic !== undefined && { traffic }), ...('account' in account && { account }) };
}

/** The default account is named by the project's number. Source: Cloud Run, service identity. */
function defaultAccount({ projectFullName }: Finding, { project }: CloudRunResource): string | null {
  const number = [project, projectFullName.split('/').at(-1) ?? ''].find((name) => /^\d+$/.test(name));
  return number === undefined ? null : `${number}-compute@developer.gserviceaccount.com`;
}
