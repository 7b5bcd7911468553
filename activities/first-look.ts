import { Context } from '@temporalio/activity';
import type { ResourceSettings } from '../model/cloud-run.ts';
import type { Answered, FetchedFinding, RelatedFindings } from '../model/investigation.ts';
import {
  type CorrelationWindow,
  type RelatedRequest,
  relatedRequest,
  type SettingsRequest,
  settingsRequest,
} from '../model/requests.ts';
import { messageOf } from '../runtime/errors.ts';

/** A finding as SCC has it now. */
export type LiveFinding = Pick<FetchedFinding, 'finding' | 'fingerprint' | 'evidence' | 'readAt'>;

export interface FirstLookDependencies {
  readonly fetchFinding: (request: { readonly name: string }) => Promise<LiveFinding | null>;
  readonly readSettings: (request: SettingsRequest) => Promise<ResourceSettings | null>;
  readonly findRelatedFindings: (request: RelatedRequest) => Promise<RelatedFindings>;
}

/** Which finding to look at. */
export interface FirstLookRequest {
  readonly name: string;
  readonly correlation: CorrelationWindow;
}

/** The finding, null where SCC has none, and what lies around it; `pending` is what has to be asked for on its own. */
export interface FirstLook {
  readonly fetched: LiveFinding | null;
  readonly settings: Answered<ResourceSettings>;
  readonly related: Answered<RelatedFindings>;
}

/** What does not answer within this is not waited for here, milliseconds: a finding that is there must not be held up. */
const longestWait = 5_000;
/** For the answer to get back before the activity's time is over, milliseconds. */
const margin = 1_000;
/** Bytes of an answer as JSON: with a finding of at most 24 KiB, both stay below the 64 KiB of a payload. What is larger has one of its own. */
const largest = 18 * 1024;

/** The first step of a case in one activity, since its reads are the same role's and each activity costs a case tens of milliseconds. */
export function firstLookActivities({ fetchFinding, readSettings, findRelatedFindings }: FirstLookDependencies) {
  /**
   * Fetches the finding live from SCC; of one that is active also the resource's settings and the findings near it, side by side, each tried
   * once. Throws only where SCC does not answer for the finding itself.
   */
  async function takeFirstLook({ name, correlation }: FirstLookRequest): Promise<FirstLook> {
    const fetched = await fetchFinding({ name });
    const finding = fetched?.finding;
    if (finding?.resource === undefined || finding.state === 'INACTIVE' || finding.mute === 'MUTED')
      return { fetched, settings: notAsked, related: notAsked };
    const { resource } = finding;
    const [settings, related] = await Promise.all([
      answeredSoon(() => readSettings(settingsRequest(finding, resource))),
      answeredSoon(() => findRelatedFindings(relatedRequest(finding, resource, correlation))),
    ]);
    return { fetched, settings, related };
  }

  return { takeFirstLook };
}

const notAsked = { status: 'pending', reason: 'not asked yet' } as const;

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
    if (value === null || Buffer.byteLength(JSON.stringify(value)) > largest) return notAsked;
    return { status: 'answered', value };
  } catch (error) {
    return { status: 'pending', reason: messageOf(error).slice(0, 200) };
  } finally {
    clearTimeout(timer);
  }
}
