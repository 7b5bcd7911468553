import type { World } from '../kernel/reality.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { nextScaling } from './scaling.ts';
import type { ScalingRequest } from './scaling.ts';
import type { Scaling, ServiceSpec, Template } from './service-record.ts';
import { checkedTemplate } from './template.ts';
import { checkedTraffic } from './traffic.ts';
import type { RequestedTarget } from './traffic.ts';
import type { RevisionRecord } from './service-record.ts';

/** A google.cloud.run.v2.Service as it comes in, as far as it can be written. */
export interface RequestedService {
  readonly name?: string;
  readonly etag?: string;
  readonly traffic?: readonly RequestedTarget[];
  readonly scaling?: {
    readonly scalingMode?: string;
    readonly minInstanceCount?: number;
    readonly maxInstanceCount?: number;
    readonly manualInstanceCount?: number;
  } | null;
  readonly ingress?: string;
  readonly template?: object | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly invokerIamDisabled?: boolean;
  readonly defaultUriDisabled?: boolean;
}

const ingressValues = [
  'INGRESS_TRAFFIC_ALL',
  'INGRESS_TRAFFIC_INTERNAL_ONLY',
  'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
];
const wholeFields = [
  'traffic',
  'scaling',
  'ingress',
  'template',
  'labels',
  'annotations',
  'description',
  'invoker_iam_disabled',
  'default_uri_disabled',
];
const scalingPaths = [
  'scaling.scaling_mode',
  'scaling.min_instance_count',
  'scaling.max_instance_count',
  'scaling.manual_instance_count',
];
const templateFields = [
  'revision',
  'labels',
  'annotations',
  'scaling',
  'vpc_access',
  'timeout',
  'service_account',
  'containers',
  'volumes',
  'execution_environment',
  'max_instance_request_concurrency',
  'session_affinity',
  'health_check_disabled',
];

/**
 * The paths that an update writes: those of the mask, or every field where there is none. One that nobody knows makes it a write of every field, or
 * is INVALID_ARGUMENT, as the world goes.
 */
export function checkedPaths(mask: readonly string[], world: World): readonly string[] {
  if (mask.length === 0 || (mask.length === 1 && mask[0] === '*')) return wholeFields;
  const known = [...wholeFields, ...scalingPaths, ...templateFields.map((field) => `template.${field}`)];
  const unknown = mask.find((path) => !known.includes(path));
  if (unknown !== undefined && world['unknown-path'] === 'full-write') return wholeFields;
  if (unknown !== undefined) {
    throw invalidArgument(
      `update_mask: this sandbox cannot write the path ${JSON.stringify(unknown)}. It knows (in snake_case): ${known.join(', ')}`,
    );
  }
  return mask;
}

/** What an update changes in what was asked for so far. Throws INVALID_ARGUMENT. */
export function requestedChange(
  paths: readonly string[],
  requested: RequestedService,
  current: ServiceSpec,
  { revisions, world }: { readonly revisions: readonly RevisionRecord[]; readonly world: World },
): Partial<ServiceSpec> {
  const names = new Set(paths);
  const templatePaths = paths.filter((path) => path.startsWith('template.'));
  return {
    ...(names.has('traffic') ? { traffic: checkedTraffic(requested.traffic ?? [], revisions) } : {}),
    ...(paths.some((path) => path.startsWith('scaling'))
      ? { scaling: nextScaling(current.scaling, scalingRequest(names, requested, current.scaling, world)) }
      : {}),
    ...(names.has('ingress') ? { ingress: checkedIngress(requested.ingress) } : {}),
    ...(names.has('template')
      ? { template: checkedTemplate(requested.template) }
      : templatePaths.length > 0
        ? { template: mergedTemplate(templatePaths, requested.template ?? {}, current.template) }
        : {}),
    ...(names.has('labels') ? { labels: requested.labels ?? {} } : {}),
    ...(names.has('annotations') ? { annotations: requested.annotations ?? {} } : {}),
    ...(names.has('description') ? { description: requested.description ?? '' } : {}),
    ...(names.has('invoker_iam_disabled') ? { invokerIamDisabled: requested.invokerIamDisabled === true } : {}),
    ...(names.has('default_uri_disabled') ? { defaultUriDisabled: requested.defaultUriDisabled === true } : {}),
  };
}

function scalingRequest(
  names: ReadonlySet<string>,
  { scaling }: RequestedService,
  current: Scaling,
  world: World,
): ScalingRequest {
  const whole = names.has('scaling');
  const written = (field: string): boolean => whole || names.has(`scaling.${field}`);
  const mode = written('scaling_mode') ? checkedMode(scaling?.scalingMode) : current.mode;
  // A count outside the mask stays as it is, but only while the mode stays too.
  const kept: Partial<Scaling> = whole || mode !== current.mode ? {} : current;
  // Naming a 0 in the mask may give it, and may not where the mode changes: nobody has seen which.
  const zerosCount = world['zero-counts'] === 'count' || mode === current.mode;
  const count = (field: string, value: number | undefined, before: number | undefined): number | undefined => {
    if (!written(field)) return before;
    return value === 0 && !(names.has(`scaling.${field}`) && zerosCount) ? undefined : value;
  };
  const min = count('min_instance_count', scaling?.minInstanceCount ?? 0, kept.min);
  const max = count('max_instance_count', scaling?.maxInstanceCount ?? 0, kept.max);
  const manual = written('manual_instance_count') ? scaling?.manualInstanceCount : kept.manual;
  return {
    mode,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(manual === undefined ? {} : { manual }),
  };
}

function checkedMode(mode: string | undefined): Scaling['mode'] {
  // The proto: "If not provided, it defaults to AUTOMATIC".
  if (mode === undefined || mode === 'SCALING_MODE_UNSPECIFIED' || mode === 'AUTOMATIC') return 'AUTOMATIC';
  if (mode === 'MANUAL') return 'MANUAL';
  throw invalidArgument(`scaling.scaling_mode ${JSON.stringify(mode)} is not known`);
}

function checkedIngress(ingress: string | undefined): string {
  if (ingress === undefined || ingress === 'INGRESS_TRAFFIC_UNSPECIFIED') return 'INGRESS_TRAFFIC_ALL';
  if (!ingressValues.includes(ingress))
    throw invalidArgument(`ingress ${JSON.stringify(ingress)} is not one of ${ingressValues.join(', ')}`);
  return ingress;
}

/** The current template with the named fields as requested. Throws INVALID_ARGUMENT. */
export function mergedTemplate(paths: readonly string[], requested: object, current: Template): Template {
  const merged: Record<string, unknown> = { ...current };
  const given = new Map<string, unknown>(Object.entries(requested));
  for (const path of paths) {
    const field = path.slice('template.'.length).replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    merged[field] = given.get(field);
  }
  // A changed template without a name of its own gets a generated one.
  if (!paths.includes('template.revision')) delete merged['revision'];
  return checkedTemplate(merged);
}
