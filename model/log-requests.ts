import { type CloudRunResource, cloudRunResourceSchema } from './cloud-run-resource.ts';
import type { ResourceSettings } from './cloud-run.ts';
import { cut } from './display.ts';
import type { Finding } from './finding.ts';
import type { Answered, Unanswered } from './investigation.ts';
import type { GoodRule } from './good-rule.ts';
import { mostAsked, provable } from './known-good.ts';
import { firstSign, shifted } from './requests.ts';
import { resourceKinds } from './resource-kinds.ts';
import { badRevision, goodFacts } from './revisions.ts';
import { closed, count, instant, list, optional, text, type z } from './schema.ts';

/** Which log lines to save. */
export const logExportRequestSchema = closed({
  resource: cloudRunResourceSchema,
  /** RFC 3339 UTC, included. */
  from: instant,
});
export type LogExportRequest = z.infer<typeof logExportRequestSchema>;

/** When which revisions carried traffic, until one of them is found to have done so early and often enough. */
export const trafficRequestSchema = closed({
  resource: cloudRunResourceSchema,
  /** Short names: those that their traffic would prove good. */
  revisions: list(text(200), 100),
  /** RFC 3339 UTC, not included: the first sign, or some minutes earlier. */
  before: instant,
  /** RFC 3339 UTC, included: the first request has to be of this time or earlier. */
  wellBefore: instant,
  /** On how many UTC days there have to be requests. */
  days: count,
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

/** Findings of one attack come minutes apart: where their first signs are within the same ten, their cases want the same of the logs. */
const grid = 600_000;

/** Which log lines to save: from an hour or a little more before the first sign until they are read. */
export function logRequest(finding: Finding, resource: CloudRunResource): LogExportRequest {
  return { resource, from: shifted(onGrid(finding), -logsBeforeSeconds) };
}

/** The first sign, or up to ten minutes earlier, so that those of one attack are the same. */
function onGrid(finding: Finding): string {
  return new Date(Math.floor(Date.parse(firstSign(finding)) / grid) * grid).toISOString();
}

/** Which revisions to ask about: those that their traffic would prove good, unless one has a share of it now. Undefined where there is none. */
export function trafficRequest(
  finding: Finding,
  resource: CloudRunResource,
  settings: Answered<ResourceSettings>,
  imageSuspect: boolean,
  rule: GoodRule,
): TrafficRequest | undefined {
  if (settings.status !== 'answered' || !resourceKinds[settings.value.kind].hasRevisions) return undefined;
  const { revision: bad } = badRevision(finding, settings.value);
  if (bad === null) return undefined;
  const candidates = provable(goodFacts(finding, settings.value, bad, imageSuspect), rule);
  if (candidates.length === 0 || candidates.some(({ percent }) => percent > 0)) return undefined;
  const revisions = candidates.slice(0, mostAsked).map(({ name }) => name);
  const before = onGrid(finding);
  return { resource, revisions, before, wellBefore: shifted(before, -rule.beforeSeconds), days: rule.days };
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
  rule: GoodRule,
): LogQuestions {
  const traffic = trafficRequest(finding, resource, settings, imageSuspect, rule);
  const account = identityRequest(finding, resource, settings);
  return { ...(traffic !== undefined && { traffic }), ...('account' in account && { account }) };
}

/** The default account is named by the project's number. Source: Cloud Run, service identity. */
function defaultAccount({ projectFullName }: Finding, { project }: CloudRunResource): string | null {
  const number = [project, projectFullName.split('/').at(-1) ?? ''].find((name) => /^\d+$/.test(name));
  return number === undefined ? null : `${number}-compute@developer.gserviceaccount.com`;
}
