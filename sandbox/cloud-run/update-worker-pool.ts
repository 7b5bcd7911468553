import type { World } from '../kernel/reality.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import type { RevisionRecord, ServiceSpec } from './service-record.ts';
import { checkedTemplate } from './template.ts';
import { checkedTraffic } from './traffic.ts';
import { mergedTemplate } from './update-mask.ts';

/** A google.cloud.run.v2.WorkerPool as it comes in, as far as it can be written. */
export interface RequestedPool {
  readonly name?: string;
  readonly etag?: string;
  readonly instanceSplits?: readonly {
    readonly type?: string;
    readonly revision?: string;
    readonly percent?: number;
  }[];
  readonly scaling?: { readonly manualInstanceCount?: number } | null;
  readonly template?: object | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly description?: string;
}

const wholeFields = ['scaling', 'instance_splits', 'template', 'labels', 'annotations', 'description'];
const templateFields = ['revision', 'labels', 'annotations', 'vpc_access', 'service_account', 'containers', 'volumes'];

/** The paths that an update of a worker pool writes: those of the mask, or every field where there is none or it has one that nobody knows. Throws INVALID_ARGUMENT. */
export function checkedPoolPaths(mask: readonly string[], world: World): readonly string[] {
  if (mask.length === 0 || (mask.length === 1 && mask[0] === '*')) return wholeFields;
  const known = [
    ...wholeFields,
    'scaling.manual_instance_count',
    ...templateFields.map((field) => `template.${field}`),
  ];
  const unknown = mask.find((path) => !known.includes(path));
  if (unknown !== undefined && world['unknown-path'] === 'full-write') return wholeFields;
  if (unknown !== undefined)
    throw invalidArgument(
      `update_mask: this sandbox cannot write ${JSON.stringify(unknown)}. It knows (in snake_case): ${known.join(', ')}`,
    );
  return mask;
}

/** What an update changes in what was asked for so far. Throws INVALID_ARGUMENT; FAILED_PRECONDITION as `checkedTraffic` does. */
export function requestedPoolChange(
  paths: readonly string[],
  requested: RequestedPool,
  current: ServiceSpec,
  revisions: readonly RevisionRecord[],
): Partial<ServiceSpec> {
  const { instanceSplits = [], scaling, template } = requested;
  const names = new Set(paths);
  const templatePaths = paths.filter((path) => path.startsWith('template.'));
  return {
    ...(names.has('instance_splits') ? { traffic: checkedTraffic(instanceSplits.map(asTarget), revisions) } : {}),
    ...(paths.some((path) => path.startsWith('scaling'))
      ? { scaling: { mode: 'MANUAL' as const, manual: checkedCount(scaling?.manualInstanceCount) } }
      : {}),
    ...(names.has('template')
      ? { template: checkedTemplate(template) }
      : templatePaths.length > 0
        ? { template: mergedTemplate(templatePaths, template ?? {}, current.template) }
        : {}),
    ...(names.has('labels') ? { labels: requested.labels ?? {} } : {}),
    ...(names.has('annotations') ? { annotations: requested.annotations ?? {} } : {}),
    ...(names.has('description') ? { description: requested.description ?? '' } : {}),
  };
}

/** A split in the words of traffic: that is how it is kept. */
function asTarget({ type = '', ...rest }: NonNullable<RequestedPool['instanceSplits']>[number]) {
  return { ...rest, type: type.replace('INSTANCE_SPLIT_', 'TRAFFIC_TARGET_') };
}

function checkedCount(count: number | undefined): number {
  if (count === undefined)
    throw invalidArgument('scaling.manual_instance_count is missing: a worker pool has no other');
  if (count < 0) throw invalidArgument('scaling.manual_instance_count must not be negative');
  return count;
}
