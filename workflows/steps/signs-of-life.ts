import type { SignsOfLife } from '../../model/signs-of-life.ts';

/** A watch that ended, for the time line: what was seen, and what was not known. */
export function quietText(watched: string, { instances }: SignsOfLife): string {
  if (instances === undefined) return `${watched} is quiet`;
  return instances.status === 'answered'
    ? `${watched} is quiet, and has no instances (counted at ${instances.value.at})`
    : `${watched} is quiet; instance counts: not known (${instances.reason})`;
}

/** The signs of life that spoil the quiet: instances first, since these have to end. */
export function lifeText(watched: string, { lastAt, instances }: SignsOfLife): string {
  const wrote = `${watched} wrote at ${lastAt ?? 'an unknown time'}`;
  if (instances?.status !== 'answered' || instances.value.instances === 0) return wrote;
  const { instances: count, at } = instances.value;
  const run = `${count} ${count === 1 ? 'instance' : 'instances'} of ${watched} still run${count === 1 ? 's' : ''} (counted at ${at})`;
  return lastAt === undefined ? run : `${run}; ${wrote}`;
}
