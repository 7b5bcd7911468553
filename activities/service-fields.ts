import type { protos } from '@google-cloud/run';
import type { ServiceScaling, TrafficTarget } from '../model/cloud-run.ts';
import type { ServiceFields } from '../model/plan.ts';

type Service = protos.google.cloud.run.v2.IService;

const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** The last segment of a resource name; `traffic` and lists use the short or the full one. */
export function shortName(name: string | null | undefined): string {
  return (name ?? '').split('/').at(-1) ?? '';
}

/** The fields of a service that plans speak of, as read. Enums come as names from reads, as numbers from operations. */
export function fieldsOf(service: Service): { traffic: TrafficTarget[]; scaling: ServiceScaling } {
  const found = service.traffic ?? [];
  // A service without traffic of its own serves its latest revision.
  const traffic = found.length === 0 ? [{ type: 'latest' as const, percent: 100 }] : found.map(trafficTarget);
  return { traffic, scaling: scalingOf(service.scaling) };
}

function trafficTarget(target: protos.google.cloud.run.v2.ITrafficTarget): TrafficTarget {
  const type = target.type === latest || target.type === 1 ? ('latest' as const) : ('revision' as const);
  return {
    type,
    ...(type === 'revision' && { revision: shortName(target.revision) }),
    percent: target.percent ?? 0,
    ...(target.tag !== undefined && target.tag !== null && target.tag !== '' && { tag: target.tag }),
  };
}

function scalingOf(scaling: protos.google.cloud.run.v2.IServiceScaling | null | undefined): ServiceScaling {
  if (scaling === undefined || scaling === null) return { mode: 'automatic' };
  const manual = scaling.scalingMode === 'MANUAL' || scaling.scalingMode === 2;
  if (manual) return { mode: 'manual', manual: scaling.manualInstanceCount ?? 0 };
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
    service.scaling =
      mode === 'manual'
        ? { scalingMode: 'MANUAL', manualInstanceCount: manual ?? 0 }
        : { scalingMode: 'AUTOMATIC', minInstanceCount: min ?? 0, maxInstanceCount: max ?? 0 };
    paths.push('scaling');
  }
  return { service, paths };
}
