import { describeField, differences, type Fields } from '../model/fields.ts';
import type { CloudRunResource } from '../model/finding.ts';
import type { ResourceSettings } from '../model/cloud-run.ts';
import type { RelatedFindings } from '../model/investigation.ts';
import type { RelatedRequest } from '../model/requests.ts';
import { messageOf } from '../runtime/errors.ts';
import type { WatchInput } from '../model/watch-input.ts';
import { later } from './later.ts';

export interface WatchDependencies {
  readonly readSettings: (resource: CloudRunResource) => Promise<ResourceSettings | null>;
  readonly findRelatedFindings: (request: RelatedRequest) => Promise<RelatedFindings>;
}

/** Looks after what was contained. */
export function watchActivities({ readSettings, findRelatedFindings }: WatchDependencies) {
  /**
   * Answers what is seen that people should look at, or null when the time is over. It never waits itself: it asks to be started again when the
   * next look is due.
   */
  async function lookAfter(watch: WatchInput): Promise<string | null> {
    const left = Date.parse(watch.until) - Date.now();
    const next = Math.max(1, Math.min(left, watch.everySeconds * 1000));
    let seen: string | undefined;
    let unread = '';
    try {
      const settings = await readSettings(watch.target);
      // One that is gone is no alarm, but it may be made anew.
      if (settings !== null) {
        seen = whatIsSeen(watch, settings);
        if (seen === undefined) ({ seen, unread } = await newFinding(watch));
      }
    } catch (error) {
      if (left <= 0) return null;
      // An outage ends no watch, nor does a right that was taken away: it may come back.
      throw later('watching', `it cannot be looked at now: ${messageOf(error)}`, Math.min(next, 30_000));
    }
    if (seen !== undefined) return seen;
    if (left <= 0) return null;
    throw later('watching', `nothing seen yet${unread === '' ? '' : `; findings of this place: ${unread}`}`, next);
  }

  async function newFinding({ related, target }: WatchInput): Promise<{ seen: string | undefined; unread: string }> {
    const { findings, unread } = await findRelatedFindings(related);
    const found = findings.find(({ state, rules }) => state === 'ACTIVE' && rules.includes(`same ${target.kind}`));
    return { seen: found && `a new finding: ${found.category} (${found.name})`, unread };
  }

  return { lookAfter };
}

/** Who runs a job is in data-access logs alone. Source: Cloud Run, audit logging. */
const unknownStarter = 'nobody known, unless the data-access logs of Cloud Run are on and say';

/** What differs from how the case left the resource, in words; undefined where nothing does. */
export function whatIsSeen(
  { left, revision, related: { from } }: Pick<WatchInput, 'left' | 'revision' | 'related'>,
  { executions, fields, revisions }: ResourceSettings,
): string | undefined {
  if (revision !== undefined && wasTakenOut(revision, left) && serves(revision, revisions))
    return `${revision} serves again`;
  if (left.template !== undefined && fields.template?.revision !== left.template.revision)
    return `a new deployment: ${describeField('template', fields.template)}`;
  const { running, template: _template, ...others }: Fields = left;
  if (running !== undefined && (fields.running ?? []).length > 0)
    return `it runs again: ${describeField('running', fields.running)}`;
  // One that began and ended between two looks has run all the same.
  const ran = executions.filter(({ createTime }) => running !== undefined && Date.parse(createTime) > Date.parse(from));
  const [newest] = ran;
  if (newest !== undefined)
    return `it ran again: ${newest.name} at ${newest.createTime}, started by ${newest.creator || unknownStarter}`;
  const reverted = differences(others, fields);
  return reverted.length === 0 ? undefined : `the change was reverted: ${reverted.join('; ')}`;
}

/** True where the case left traffic or instances to other revisions, by name. What was stopped without that still has its share of nothing. */
function wasTakenOut(bad: string, { splits, traffic }: Fields): boolean {
  const shares = traffic ?? splits ?? [];
  return shares.length > 0 && shares.every(({ type, revision }) => type === 'revision' && revision !== bad);
}

function serves(bad: string, revisions: ResourceSettings['revisions']): boolean {
  return revisions.some(({ name, percent, tags }) => name === bad && (percent > 0 || tags.length > 0));
}
