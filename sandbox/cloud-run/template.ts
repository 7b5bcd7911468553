import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { StatusError } from '../kernel/service.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import type { RevisionRecord, ServiceRecord, Template } from './service-record.ts';

/**
 * A message as plain JSON without zero values, which proto3 cannot tell from absent ones, and without the marks that the decoder adds for
 * each oneof (`values: "value"`): what the sandbox keeps of a template, so that two can be compared.
 */
function withoutZeroValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutZeroValues);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, field]) => !isOneofMark(value, key, field))
    .map(([key, field]) => [key, withoutZeroValues(field)] as const)
    .filter(([key, field]) => !isZero(field) && !isEmptyMap(key, field));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The template as the sandbox keeps it. Throws INVALID_ARGUMENT where no container names an image. */
export function checkedTemplate(requested: unknown): Template {
  const template = withoutZeroValues(requested ?? {});
  if (typeof template !== 'object' || template === null || Array.isArray(template))
    throw invalidArgument('template is not a message');
  const images = imagesOf({ ...template });
  if (images.length === 0 || images.includes(''))
    throw invalidArgument('template.containers must hold containers, each with an image');
  return { ...template };
}

/** True where both would make the same revision. */
export function sameTemplate(a: Template, b: Template): boolean {
  return JSON.stringify(withoutZeroValues(a)) === JSON.stringify(withoutZeroValues(b));
}

/** The images of all containers; empty texts for those without. */
export function imagesOf({ containers }: Template): string[] {
  const all: unknown[] = Array.isArray(containers) ? containers : [];
  return all.map((container) =>
    typeof container === 'object' && container !== null && 'image' in container && typeof container.image === 'string'
      ? container.image
      : '',
  );
}

/**
 * The revision that a changed template makes. The same image brings the same compromise with it. Throws INVALID_ARGUMENT on a name that is
 * not `<service>-…`, ALREADY_EXISTS on a name that is taken.
 */
export function newRevision(
  record: ServiceRecord,
  template: Template,
  details: { readonly createTime: number; readonly creator: string; readonly ready: boolean },
): RevisionRecord {
  const wanted = typeof template['revision'] === 'string' ? template['revision'] : undefined;
  const number = String(record.revisions.length + 1).padStart(5, '0');
  const name = wanted ?? `${record.name}-${number}-${randomUUID().slice(0, 3)}`;
  if (!name.startsWith(`${record.name}-`)) throw invalidArgument(`template.revision must begin with '${record.name}-'`);
  if (record.revisions.some((revision) => revision.name === name)) {
    throw new StatusError(
      status.ALREADY_EXISTS,
      `Revision named '${name}' with different configuration already exists.`,
    );
  }
  const images = imagesOf(template);
  const compromise = record.revisions.find(
    (revision) => revision.compromise !== undefined && images.includes(revision.compromise.image),
  )?.compromise;
  return { name, uid: randomUUID(), ...details, template, ...(compromise === undefined ? {} : { compromise }) };
}

function isOneofMark(parent: object, key: string, field: unknown): boolean {
  if (typeof field !== 'string' || field === '') return false;
  return (
    key.startsWith('_') ||
    (['values', 'volumeType', 'probeType', 'retries'].includes(key) && Object.hasOwn(parent, field))
  );
}

/** An empty map is as good as none; an empty message (`emptyDir: {}`) is not. */
function isEmptyMap(key: string, value: unknown): boolean {
  return (
    ['labels', 'annotations', 'limits'].includes(key) &&
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 0
  );
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === null || value === 0 || value === '' || value === false) return true;
  if (typeof value === 'string') return value.endsWith('_UNSPECIFIED');
  return Array.isArray(value) && value.length === 0;
}
