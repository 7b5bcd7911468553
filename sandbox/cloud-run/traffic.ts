import { status } from '@grpc/grpc-js';
import { StatusError } from '../kernel/service.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import type { RevisionRecord, TrafficTarget } from './service-record.ts';

const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** A traffic target as it comes in: every field present, empty where it was not set. */
export interface RequestedTarget {
  readonly type?: string;
  readonly revision?: string;
  readonly percent?: number;
  readonly tag?: string;
}

/**
 * The traffic after an update. None given means all to the latest ready revision. Throws INVALID_ARGUMENT on percentages that do not make
 * 100, on an unknown revision, or on a tag used twice; FAILED_PRECONDITION on a revision that is not ready. Source: run/v2/service.proto.
 */
export function checkedTraffic(
  requested: readonly RequestedTarget[],
  revisions: readonly RevisionRecord[],
): TrafficTarget[] {
  if (requested.length === 0) return [{ type: latest, percent: 100 }];
  const targets = requested.map((target, index) => checkedTarget(target, `traffic[${index}]`, revisions));
  const sum = targets.reduce((total, { percent }) => total + percent, 0);
  if (sum !== 100) throw invalidArgument(`traffic: the percentages must make 100, these make ${sum}`);
  const tags = targets.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
  const twice = tags.find((tag, index) => tags.indexOf(tag) !== index);
  if (twice !== undefined) throw invalidArgument(`traffic: the tag '${twice}' is used twice`);
  return targets;
}

function checkedTarget(target: RequestedTarget, where: string, revisions: readonly RevisionRecord[]): TrafficTarget {
  const { type, revision = '', percent = 0, tag = '' } = target;
  if (!Number.isInteger(percent) || percent < 0 || percent > 100)
    throw invalidArgument(`${where}.percent must be from 0 to 100`);
  if (tag !== '' && !/^[a-z][a-z0-9-]{0,45}$/.test(tag))
    throw invalidArgument(`${where}.tag must be lower-case letters, digits and hyphens`);
  const rest = { percent, ...(tag === '' ? {} : { tag }) };
  if (type === latest) {
    if (revision !== '') throw invalidArgument(`${where}: a target of type LATEST names no revision`);
    return { type, ...rest };
  }
  if (type !== byRevision)
    throw invalidArgument(`${where}.type must be ${latest} or ${byRevision}, not ${JSON.stringify(type)}`);
  const found = revisions.find(({ name }) => name === revision);
  if (found === undefined)
    throw invalidArgument(
      `${where}: the service has no revision '${revision}' (targets name revisions by their short name)`,
    );
  if (!found.ready)
    throw new StatusError(
      status.FAILED_PRECONDITION,
      `${where}: revision '${revision}' is not ready and cannot serve traffic`,
    );
  return { type, revision, ...rest };
}
