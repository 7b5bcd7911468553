import type { protos } from '@google-cloud/run';
import type { ServiceScaling, TrafficTarget } from '../model/cloud-run.ts';
import type { ServiceFields } from '../model/plan.ts';

type Service = protos.google.cloud.run.v2.IService;

const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** Reads answer enums by name, as the client is set up; anything else would be a client that changed. */
export function enumName(value: string | number | null | undefined): string {
  return String(value ?? '');
}

/** The last segment of a resource name; `traffic` and lists use the short or the full one. */
export function shortName(name: string | null | undefined): string {
  return (name ?? '').split('/').at(-1) ?? '';
}

/** The fields of a service that plans speak of, as read with `getService`. */
export function fieldsOf(service: Service): { traffic: TrafficTarget[]; scaling: ServiceScaling } {
  const found = service.traffic ?? [];
  // A service without traffic of its own serves its latest revision.
  const traffic = found.length === 0 ? [{ type: 'latest' as const, percent: 100 }] : found.map(trafficTarget);
  return { traffic, scaling: scalingOf(service.scaling) };
}

function trafficTarget(target: protos.google.cloud.run.v2.ITrafficTarget): TrafficTarget {
  const type = enumName(target.type) === latest ? ('latest' as const) : ('revision' as const);
  return {
    type,
    ...(type === 'revision' && { revision: shortName(target.revision) }),
    percent: target.percent ?? 0,
    ...(target.tag !== undefined && target.tag !== null && target.tag !== '' && { tag: target.tag }),
  };
}

function scalingOf(scaling: protos.google.cloud.run.v2.IServiceScaling | null | undefined): ServiceScaling {
  if (scaling === undefined || scaling === null) return { mode: 'automatic' };
  if (enumName(scaling.scalingMode) === 'MANUAL') return { mode: 'manual', manual: scaling.manualInstanceCount ?? 0 };
  const { minInstanceCount: min, maxInstanceCount: max } = scaling;
  return { mode: 'automatic', ...(min != null && min > 0 && { min }), ...(max != null && max > 0 && { max }) };
}

/** The same fields in the API's words, with the update mask that names them. */
export function toService(change: ServiceFields): { service: Service; paths: string[] } {
  const service: Service = {};
  const paths: string[] = [];
  if (change.traffic !== undefined) {
    service.traffic = change.traffic.map(({ type, revision, percent, tag }) => ({
      type: type === 'latest' ? latest : byRevision,
      ...(revision !== undefined && { revision }),
      percent,
      ...(tag !== undefined && { tag }),
    }));
    paths.push('traffic');
  }
  if (change.scaling !== undefined) {
    const { mode, min, max, manual } = change.scaling;
    paths.push('scaling.scaling_mode');
    if (mode === 'manual') {
      service.scaling = { scalingMode: 'MANUAL', manualInstanceCount: manual ?? 0 };
      paths.push('scaling.manual_instance_count');
    } else {
      // Named one by one: proto3 does not tell a minimum of 0 from one that is not given, and counts not given inherit the manual one.
      service.scaling = { scalingMode: 'AUTOMATIC', minInstanceCount: min ?? 0, maxInstanceCount: max ?? 0 };
      paths.push('scaling.min_instance_count', 'scaling.max_instance_count');
    }
  }
  return { service, paths };
}
