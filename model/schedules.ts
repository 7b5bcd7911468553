import type { JobSchedules, ScheduleSummary } from './cloud-run.ts';

/** Schedules named in one text. */
const mostNamed = 5;

/** Schedules by name, place, time and state, the first five: `nightly-run in europe-west1 (0 2 * * *, Europe/Berlin, enabled)`. `more`: further ones. */
export function listSchedules(schedules: readonly ScheduleSummary[], more = 0): string {
  const rest = Math.max(0, schedules.length - mostNamed) + more;
  const named = schedules
    .slice(0, mostNamed)
    .map(({ name, location, cron, timeZone, state }) => `${name} in ${location} (${cron}, ${timeZone}, ${state})`);
  return [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

/** The same of those alone that start the job again; empty where none does. */
export function listEnabled({ found, more }: Pick<JobSchedules, 'found' | 'more'>): string {
  const enabled = found.filter(isEnabled);
  // Enabled ones come first: where another one stands among them, none is left.
  const rest = enabled.length === found.length ? more : 0;
  return listSchedules(enabled, rest);
}

/** True where it runs the job when its time comes. */
export function isEnabled({ state }: Pick<ScheduleSummary, 'state'>): boolean {
  return state === 'enabled';
}

/** Where was looked, in numbers alone: a plan is signed, and its text must be the same while nothing has changed. */
export function whereLooked({ locations, notRead }: Pick<JobSchedules, 'locations' | 'notRead'>): string {
  return `${locations} locations of Cloud Scheduler read${notRead === 0 ? '' : `, ${notRead} not`}`;
}
