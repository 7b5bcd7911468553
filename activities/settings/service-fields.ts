import type { protos } from '@google-cloud/run';
import type { ServiceScaling, TrafficTarget } from '../../model/cloud-run.ts';
import type { Fields } from '../../model/fields.ts';
import type { Json } from '../../model/json.ts';
import { NotPossible } from '../google-errors.ts';
import { plainJson } from '../plain-json.ts';

type Service = protos.google.cloud.run.v2.IService;

const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** Fields of a service that plans may speak of as the API names them. */
const plainFields = ['ingress', 'invokerIamDisabled', 'defaultUriDisabled'] as const;

/** Reads answer enums by name, as the client is set up; anything else would be a client that changed. */
export function enumName(value: string | number | null | undefined): string {
  return String(value ?? '');
}

/** The last segment of a resource name; `traffic` and lists use the short or the full one. */
export function shortName(name: string | null | undefined): string {
  return (name ?? '').split('/').at(-1) ?? '';
}

/** Which revision a share in force is of: one of the latest may come without a name, and is then of the latest that is ready. */
export function servingName(
  type: string | number | null | undefined,
  revision: string | null | undefined,
  latestReady: string | null | undefined,
): string {
  const named = shortName(revision);
  return named === '' && enumName(type).endsWith('_LATEST') ? shortName(latestReady) : named;
}

/** The fields of a service that plans speak of, as read with `getService`. */
export function serviceFields(service: Service): Fields {
  const found = trafficInForce(service);
  const named: Record<string, unknown> = { ...service };
  const plain = plainFields.map((name): [string, Json] => [name, plainJson(named[name])]);
  return {
    exists: true,
    // A service without traffic of its own serves its latest revision.
    traffic: found.length === 0 ? [{ type: 'latest', percent: 100 }] : found.map(trafficTarget),
    scaling: scalingOf(service.scaling),
    template: {
      revision: shortName(service.latestCreatedRevision),
      serviceAccount: service.template?.serviceAccount ?? '',
      ...(shortName(service.latestReadyRevision) !== shortName(service.latestCreatedRevision) && { ready: false }),
    },
    ...Object.fromEntries(plain.filter(([, value]) => value !== null)),
  };
}

/**
 * The traffic that is asked for; where Cloud Run says that it failed, the one before, which then still is in force. Source:
 * run/v2/service.proto, `reconciling`.
 */
function trafficInForce({ reconciling, terminalCondition, traffic, trafficStatuses }: Service) {
  const failed = reconciling !== true && enumName(terminalCondition?.state) === 'CONDITION_FAILED';
  return (failed && (trafficStatuses ?? []).length > 0 ? trafficStatuses : traffic) ?? [];
}

/** A share of traffic or of instances; both have the same form. */
export function trafficTarget(target: protos.google.cloud.run.v2.ITrafficTarget): TrafficTarget {
  // A worker pool's enum has a name of its own, with the same end.
  const type = enumName(target.type).endsWith('_LATEST') ? ('latest' as const) : ('revision' as const);
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

/** The same fields in the API's words, with the update mask that names them. Throws NotPossible for a field that is not the service's to write. */
export function toService(change: Fields): { service: Service; paths: string[] } {
  const service: Service = {};
  const paths: string[] = [];
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue;
    if (name === 'traffic') {
      service.traffic = (change.traffic ?? []).map(({ type, revision, percent, tag }) => ({
        type: type === 'latest' ? latest : byRevision,
        ...(revision !== undefined && { revision }),
        percent,
        ...(tag !== undefined && { tag }),
      }));
      paths.push('traffic');
    } else if (name === 'scaling' && change.scaling !== undefined) {
      paths.push(...writeScaling(service, change.scaling));
    } else if (plainFields.some((field) => field === name)) {
      Object.assign(service, { [name]: value });
      paths.push(name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    } else throw new NotPossible(`${name} is no field of a service that is written`);
  }
  return { service, paths };
}

function writeScaling(service: Service, { mode, min, max, manual }: ServiceScaling): string[] {
  if (mode === 'manual') {
    service.scaling = { scalingMode: 'MANUAL', manualInstanceCount: manual ?? 0 };
    return ['scaling.scaling_mode', 'scaling.manual_instance_count'];
  }
  // Named one by one: proto3 does not tell a minimum of 0 from one that is not given, and counts not given inherit the manual one.
  service.scaling = { scalingMode: 'AUTOMATIC', minInstanceCount: min ?? 0, maxInstanceCount: max ?? 0 };
  return ['scaling.scaling_mode', 'scaling.min_instance_count', 'scaling.max_instance_count'];
}
