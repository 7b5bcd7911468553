import { z } from 'zod';
import { page, type PageRequest } from '../cloud-run/paging.ts';
import type { JobRecord } from '../cloud-run/job-record.ts';
import type { CloudRunState } from '../cloud-run/state.ts';
import { parseBody } from '../kernel/parse-body.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import type { Section, Store } from '../kernel/service.ts';

/** A schedule in a seed: what `PUT /cloud-scheduler/schedules` is written in. */
const scheduleDescription = z.strictObject({
  project: z.string().min(1),
  location: z.string().min(1),
  name: z.string().min(1),
  /** unix-cron, or words. */
  schedule: z.string().min(1),
  timeZone: z.string().min(1).default('Etc/UTC'),
  state: z.enum(['ENABLED', 'PAUSED', 'DISABLED', 'UPDATE_FAILED']).default('ENABLED'),
  httpMethod: z
    .enum(['HTTP_METHOD_UNSPECIFIED', 'POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    .default('POST'),
  uri: z.string().min(1),
});

export type ScheduleDescription = z.input<typeof scheduleDescription>;
type ScheduleRecord = z.output<typeof scheduleDescription>;

interface Schedules {
  /** By full name. */
  readonly schedules: Record<string, ScheduleRecord>;
}

/** Locations that there are without a schedule in them. */
const usualLocations = ['europe-west1', 'us-central1'];
/** Source: scheduler/v1/cloudscheduler.proto, ListJobsRequest.page_size. */
const largestPage = 500;

export function schedulesSection(store: Store): Section<Schedules> {
  return store.section('cloud-scheduler', () => ({ schedules: {} }));
}

/** Makes a schedule exist, or be as described again; it is listed, and runs nothing. Throws INVALID_ARGUMENT. */
export function seedSchedule(section: Section<Schedules>, description: unknown): { readonly schedule: string } {
  const record = parseBody(scheduleDescription, description, 'PUT /cloud-scheduler/schedules');
  section.value.schedules[fullName(record)] = record;
  section.touch();
  return { schedule: fullName(record) };
}

/** The schedules of a project and location, in the order of the alphabet. Throws INVALID_ARGUMENT. */
export function listSchedules(request: PageRequest, kept: Schedules, { jobs }: Pick<CloudRunState, 'jobs'>): object {
  const [, project, location] = /^projects\/([^/]+)\/locations\/([^/-][^/]*)$/.exec(request.parent ?? '') ?? [];
  if (project === undefined)
    throw invalidArgument(`${JSON.stringify(request.parent)} is not a location (projects/P/locations/L)`);
  const id = projectId(project, jobs);
  const all = allSchedules(kept, jobs)
    .filter((one) => one.project === id && one.location === location)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const { items, nextPageToken } = page(all, {
    ...request,
    pageSize: Math.min(request.pageSize || largestPage, largestPage),
  });
  return { jobs: items.map(onWire), nextPageToken };
}

/** Where a project may have schedules. Throws INVALID_ARGUMENT. */
export function listLocations(
  request: { readonly name?: string },
  kept: Schedules,
  { jobs }: Pick<CloudRunState, 'jobs'>,
): object {
  const [, project] = /^projects\/([^/]+)$/.exec(request.name ?? '') ?? [];
  if (project === undefined) throw invalidArgument(`${JSON.stringify(request.name)} is not projects/P`);
  const id = projectId(project, jobs);
  const names = new Set([...usualLocations, ...allSchedules(kept, jobs).map(({ location }) => location)]);
  return {
    locations: [...names].sort().map((locationId) => ({ name: `projects/${id}/locations/${locationId}`, locationId })),
    nextPageToken: '',
  };
}

function allSchedules({ schedules }: Schedules, jobs: CloudRunState['jobs']): ScheduleRecord[] {
  return [...Object.values(jobs).flatMap(scheduleOf), ...Object.values(schedules)];
}

/** What runs a job again stands here too, by the name that the console gives and the address that Google's page on schedules has. */
function scheduleOf({ project, location, name, rerunEverySeconds }: JobRecord): ScheduleRecord[] {
  if (rerunEverySeconds === undefined) return [];
  return [
    {
      project,
      location,
      name: `${name}-scheduler-trigger`,
      schedule: `every ${Math.max(1, Math.round(rerunEverySeconds / 60))} minutes`,
      timeZone: 'Etc/UTC',
      state: 'ENABLED',
      httpMethod: 'POST',
      uri: `https://${location}-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/${project}/jobs/${name}:run`,
    },
  ];
}

/** A google.cloud.scheduler.v1.Job. */
function onWire({ schedule, timeZone, state, httpMethod, uri, ...record }: ScheduleRecord): object {
  return { name: fullName(record), schedule, timeZone, state, httpTarget: { uri, httpMethod } };
}

function fullName({ project, location, name }: Pick<ScheduleRecord, 'project' | 'location' | 'name'>): string {
  return `projects/${project}/locations/${location}/jobs/${name}`;
}

function projectId(project: string, jobs: CloudRunState['jobs']): string {
  return Object.values(jobs).find(({ projectNumber }) => projectNumber === project)?.project ?? project;
}
