import type { CloudSchedulerClient, protos } from '@google-cloud/scheduler';
import { LRUCache } from 'lru-cache';
import type { JobSchedules, ScheduleSummary } from '../model/cloud-run.ts';
import { plain } from '../model/display.ts';
import type { CloudRunResource } from '../model/finding.ts';
import type { Answered } from '../model/investigation.ts';
import { isEnabled } from '../model/schedules.ts';
import { messageOf } from '../runtime/errors.ts';
import { mayBeSameProject, type RunCall, runCallOf } from './run-call.ts';
import { shortName } from './settings/service-fields.ts';

/** Which schedules of its own project run a job. What cannot be told is said, with why. */
export type SchedulesOf = (
  job: Pick<CloudRunResource, 'project' | 'location' | 'name'>,
) => Promise<Answered<JobSchedules>>;

/** A schedule, and the job that it runs. */
interface Scheduled {
  readonly call: RunCall;
  readonly summary: ScheduleSummary;
}

/** Everything in a project that runs any job. */
interface ProjectSchedules extends Pick<JobSchedules, 'locations' | 'notRead' | 'unread'> {
  readonly scheduled: readonly Scheduled[];
}

const callOptions = { timeout: 2_000, retry: null, autoPaginate: false } as const;
/** Cloud Scheduler's largest page, and so many that all of a location are read: it holds at most 5,000. Source: Cloud Scheduler, quotas; ListJobs. */
const pageSize = 500;
const mostPages = 10;
/** A read is a call a location, of 1,250 a minute and project: cases that come together share one for so long, milliseconds. */
const listLives = 30_000;
const mostFound = 10;
const longest = { name: 120, text: 60, reason: 300 } as const;

/** Lists by Cloud Scheduler, in every location that it has: a schedule may be elsewhere than its job. */
export function scheduleLister(scheduler: Pick<CloudSchedulerClient, 'listJobs' | 'listLocationsAsync'>): SchedulesOf {
  const projects = new LRUCache<string, ProjectSchedules>({
    max: 100,
    ttl: listLives,
    fetchMethod: (project) => readProject(scheduler, project),
  });
  return async ({ project, location, name }) => {
    // Names of jobs are in lower case; a finding may write one otherwise.
    const job = name.toLowerCase();
    try {
      const { scheduled, ...read } = await projects.forceFetch(project);
      const found = scheduled
        .filter(({ call }) => call.location === location && call.job === job && mayBeSameProject(call.project, project))
        .map(({ summary }) => summary)
        .sort((left, right) => Number(isEnabled(right)) - Number(isEnabled(left)));
      const value = { found: found.slice(0, mostFound), more: Math.max(0, found.length - mostFound), ...read };
      return { status: 'answered', value };
    } catch (error) {
      return { status: 'failed', reason: plain(`Cloud Scheduler: ${messageOf(error)}`, longest.reason) };
    }
  };
}

/** Throws where no location answers. */
async function readProject(
  scheduler: Pick<CloudSchedulerClient, 'listJobs' | 'listLocationsAsync'>,
  project: string,
): Promise<ProjectSchedules> {
  const parents: string[] = [];
  for await (const { name } of scheduler.listLocationsAsync({ name: `projects/${project}` }, callOptions))
    if (name) parents.push(name);
  const answers = await Promise.allSettled(parents.map((parent) => readLocation(scheduler, parent)));
  const rejected = answers.filter((answer) => answer.status === 'rejected');
  if (rejected.length === parents.length) throw rejected[0]?.reason ?? new Error('it names no location');
  const notRead = answers.flatMap((answer, at) => {
    if (answer.status === 'fulfilled' && answer.value.whole) return [];
    const why = answer.status === 'rejected' ? messageOf(answer.reason) : `more than ${mostPages} pages`;
    return [{ at: shortName(parents[at]), why }];
  });
  const [first] = notRead;
  return {
    scheduled: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value.found : [])),
    locations: parents.length - notRead.length,
    notRead: notRead.length,
    unread: first === undefined ? '' : plain(`${notRead.map(({ at }) => at).join(', ')}: ${first.why}`, longest.reason),
  };
}

/** `whole`: false where a page is left. */
async function readLocation(
  scheduler: Pick<CloudSchedulerClient, 'listJobs'>,
  parent: string,
): Promise<{ readonly found: readonly Scheduled[]; readonly whole: boolean }> {
  const found: Scheduled[] = [];
  let pageToken = '';
  for (let page = 0; page < mostPages; page += 1) {
    const request = { parent, pageSize, pageToken };
    const [jobs, , response] = await scheduler.listJobs(request, callOptions);
    found.push(...jobs.flatMap(scheduledBy));
    pageToken = response?.nextPageToken ?? '';
    if (pageToken === '') return { found, whole: true };
  }
  return { found, whole: false };
}

/** Without one, it is a POST. Source: scheduler/v1/target.proto, HTTP_METHOD_UNSPECIFIED. */
function isPost(method: protos.google.cloud.scheduler.v1.IHttpTarget['httpMethod']): boolean {
  return method === 'POST' || (method ?? 'HTTP_METHOD_UNSPECIFIED') === 'HTTP_METHOD_UNSPECIFIED';
}

/** Nothing for a schedule that does something else than run a job. */
function scheduledBy({
  name,
  httpTarget,
  schedule,
  timeZone,
  state,
}: protos.google.cloud.scheduler.v1.IJob): Scheduled[] {
  const call = httpTarget && isPost(httpTarget.httpMethod) ? runCallOf(httpTarget.uri ?? '') : null;
  if (call === null) return [];
  const [, location] = /\/locations\/([^/]+)\//.exec(name ?? '') ?? [];
  const summary = {
    name: plain(shortName(name), longest.name),
    location: plain(location ?? '', longest.text),
    state: String(state ?? '')
      .toLowerCase()
      .replaceAll('_', ' '),
    cron: plain(schedule ?? '', longest.text),
    timeZone: plain(timeZone ?? '', longest.text),
  };
  return [{ call, summary }];
}
