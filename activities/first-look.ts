import { Context } from '@temporalio/activity';
import type { ResourceSettings } from '../model/cloud-run.ts';
import type { CloudRunResource, Finding } from '../model/finding.ts';
import type { FindingIdentity } from '../model/finding-name.ts';
import type { FirstLook, Surroundings } from '../model/first-look.ts';
import type { GoodRule } from '../model/good-rule.ts';
import type { Answered, LiveFinding, LogsAndIdentity, RelatedFindings, Unanswered } from '../model/investigation.ts';
import { logQuestions, logRequest } from '../model/log-requests.ts';
import { updating } from '../model/plan-grants.ts';
import {
  type CorrelationWindow,
  type RelatedRequest,
  relatedRequest,
  type SettingsRequest,
  settingsRequest,
} from '../model/requests.ts';
import { messageOf } from '../runtime/errors.ts';
import type { AskRespond } from './ask-respond.ts';
import type { LogReader } from './log-reader.ts';

export interface FirstLookDependencies {
  readonly fetchFinding: (request: FindingIdentity) => Promise<LiveFinding | null>;
  readonly readSettings: (request: SettingsRequest) => Promise<ResourceSettings | null>;
  readonly findRelatedFindings: (request: RelatedRequest) => Promise<RelatedFindings>;
  readonly lookAtLogs: LogReader['lookAtLogs'];
  readonly askRespond: AskRespond;
}

/** Which finding to look at. */
export interface FirstLookRequest extends FindingIdentity {
  readonly correlation: CorrelationWindow;
  /** What its playbook says of the image. */
  readonly imageSuspect: boolean;
  /** What a revision has to show before it is gone back to. */
  readonly knownGood: GoodRule;
  /** Whether respond is asked what it is granted; absent: it is not. */
  readonly asksGrants?: boolean;
}

/** What does not answer within this is not waited for here, milliseconds: a finding that is there must not be held up. */
const longestWait = 5_000;
/** For the answer to get back before the activity's time is over, milliseconds. */
const margin = 1_000;
/** Bytes of the answer as JSON, below the 64 KiB of a payload. What does not fit has an activity of its own. */
const largest = 60 * 1024;
/** So many looks at a time wait for logs, fewer than there may be looks: a Cloud Logging that hangs must not keep findings from being fetched. */
const mostAtLogs = 25;

/** The first step of a case in one activity, since its reads are the same role's and each activity costs a case tens of milliseconds. */
export function firstLookActivities(dependencies: FirstLookDependencies) {
  const { askRespond, fetchFinding, readSettings, findRelatedFindings, lookAtLogs } = dependencies;
  let atLogs = 0;

  /**
   * Fetches the finding live from SCC; of one that is active also the resource's settings, the findings near it and its logs, side by side, each
   * tried once. Throws only where SCC does not answer for the finding itself.
   */
  async function takeFirstLook(request: FirstLookRequest): Promise<FirstLook> {
    const { name, canonicalName, caseId, correlation } = request;
    const fetched = await fetchFinding({ name, canonicalName, caseId });
    const finding = fetched?.finding;
    if (finding?.resource === undefined || finding.state === 'INACTIVE' || finding.mute === 'MUTED')
      return { fetched, settings: notAsked, related: notAsked, logs: notAsked };
    const { resource } = finding;
    const settings = answeredSoon(() => readSettings(settingsRequest(finding, resource)));
    const around = {
      related: answeredSoon(() => findRelatedFindings(relatedRequest(finding, resource, correlation))),
      logs: logsSoon(finding, resource, settings, request),
    };
    const grants = request.asksGrants === true ? { grants: await grantsSoon(resource, settings) } : {};
    return fitting(fetched, {
      settings: await settings,
      related: await around.related,
      logs: await around.logs,
      ...grants,
    });
  }

  /** What respond is granted on what the settings name. */
  async function grantsSoon(
    resource: CloudRunResource,
    settings: Promise<Answered<ResourceSettings>>,
  ): Promise<NonNullable<Surroundings['grants']>> {
    const known = await settings;
    return known.status === 'answered' && resource.kind in updating
      ? answeredSoon(() => askRespond(resource, known.value))
      : notAsked;
  }

  /** The logs, and what the settings let one ask of them. */
  async function logsSoon(
    finding: Finding,
    resource: CloudRunResource,
    settings: Promise<Answered<ResourceSettings>>,
    { imageSuspect, knownGood }: FirstLookRequest,
  ): Promise<Answered<LogsAndIdentity>> {
    if (atLogs >= mostAtLogs) return notAsked;
    atLogs += 1;
    try {
      const questions = settings.then((known) => logQuestions(finding, resource, known, imageSuspect, knownGood));
      const logs = await answeredSoon(() => lookAtLogs(logRequest(finding, resource), questions, undefined));
      // Without settings nothing was asked but the lines: once they are there, all of it is asked together.
      return (await settings).status === 'answered' ? logs : notAsked;
    } finally {
      atLogs -= 1;
    }
  }

  return { takeFirstLook };
}

const notAsked: Unanswered = { status: 'pending', reason: 'not asked yet' };

/** What fits into one answer, in this order. */
function fitting(fetched: LiveFinding | null, { settings, related, logs, grants }: Surroundings): FirstLook {
  let left = largest - bytesOf(fetched);
  const fits = <T>(answer: Answered<T>): Answered<T> => {
    const bytes = bytesOf(answer);
    if (bytes > left) return notAsked;
    left -= bytes;
    return answer;
  };
  const first = grants === undefined ? {} : { grants: fits(grants) };
  return { fetched, settings: fits(settings), related: fits(related), logs: fits(logs), ...first };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** How long the finding may wait for the rest: what SCC has said must not be lost because something else hangs. Milliseconds. */
function patience(): number {
  const { scheduledTimestampMs, scheduleToCloseTimeoutMs } = Context.current().info;
  return Math.min(longestWait, scheduledTimestampMs + scheduleToCloseTimeoutMs - margin - Date.now());
}

async function answeredSoon<T>(read: () => Promise<T | null>): Promise<Answered<T>> {
  const { promise: over, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), patience());
  try {
    const value = await Promise.race([read(), over]);
    // What is gone is null too: the step that asks on its own says so.
    return value === null ? notAsked : { status: 'answered', value };
  } catch (error) {
    return { status: 'pending', reason: messageOf(error).slice(0, 200) };
  } finally {
    clearTimeout(timer);
  }
}
