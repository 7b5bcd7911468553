import { createHash } from 'node:crypto';
import { revisionMinimum } from './wanted-instances.ts';
import type { RevisionRecord, Scaling, ServiceRecord, TrafficTarget } from './service-record.ts';
import { desiredSpec, latestReady } from './service-record.ts';
import { fullName } from './state.ts';

/** A google.protobuf.Timestamp of milliseconds since the epoch. */
export function timestamp(milliseconds: number): { readonly seconds: string; readonly nanos: number } {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds: String(seconds), nanos: Math.round((milliseconds - seconds * 1000) * 1e6) };
}

/** The etag of a service as it is now. It changes with each modification. */
export function etagOf(record: ServiceRecord): string {
  const digest = createHash('sha256')
    .update(`${fullName(record)} ${record.version} ${record.updateTime}`)
    .digest('base64');
  return `"${digest.slice(0, 22)}"`;
}

/** A google.cloud.run.v2.Service. */
export function serviceOnWire(record: ServiceRecord): object {
  const spec = desiredSpec(record);
  const name = fullName(record);
  const latestCreated = record.revisions.findLast(({ deletedAt }) => deletedAt === undefined);
  const ready = latestReady(record);
  const state = conditionState(record);
  const condition = (type: string) => ({
    type,
    state,
    ...(record.terminal.error === undefined || state !== 'CONDITION_FAILED'
      ? {}
      : { message: record.terminal.error, severity: 'ERROR' }),
    lastTransitionTime: timestamp(state === 'CONDITION_RECONCILING' ? record.updateTime : record.terminal.at),
  });
  return {
    name,
    uid: record.uid,
    generation: String(record.generation),
    observedGeneration: String(record.observedGeneration),
    labels: spec.labels,
    annotations: spec.annotations,
    description: spec.description,
    createTime: timestamp(record.createTime),
    updateTime: timestamp(record.updateTime),
    creator: record.creator,
    lastModifier: record.lastModifier,
    ingress: spec.ingress,
    launchStage: 'GA',
    template: spec.template,
    traffic: spec.traffic,
    scaling: scalingOnWire(spec.scaling),
    invokerIamDisabled: spec.invokerIamDisabled,
    defaultUriDisabled: spec.defaultUriDisabled,
    uri: uriOf(record),
    urls: spec.defaultUriDisabled ? [] : [uriOf(record)],
    trafficStatuses: record.effective.traffic.map((target) => trafficStatus(record, target, ready?.name)),
    latestReadyRevision: ready === undefined ? '' : `${name}/revisions/${ready.name}`,
    latestCreatedRevision: latestCreated === undefined ? '' : `${name}/revisions/${latestCreated.name}`,
    terminalCondition: condition('Ready'),
    conditions: [condition('RoutesReady'), condition('ConfigurationsReady')],
    threatDetectionEnabled: true,
    reconciling: record.pending.length > 0,
    etag: etagOf(record),
  };
}

/** A google.cloud.run.v2.Revision. */
export function revisionOnWire(record: ServiceRecord, revision: RevisionRecord): object {
  const {
    labels,
    annotations,
    scaling,
    vpcAccess,
    timeout,
    serviceAccount,
    containers,
    volumes,
    executionEnvironment,
    maxInstanceRequestConcurrency,
  } = revision.template;
  const pending = record.pending.some((change) => change.revision === revision.name);
  const state = revision.ready ? 'CONDITION_SUCCEEDED' : pending ? 'CONDITION_RECONCILING' : 'CONDITION_FAILED';
  const condition = (type: string) => ({ type, state, lastTransitionTime: timestamp(revision.createTime) });
  return {
    name: `${fullName(record)}/revisions/${revision.name}`,
    uid: revision.uid,
    generation: '1',
    observedGeneration: '1',
    createTime: timestamp(revision.createTime),
    updateTime: timestamp(revision.createTime),
    creator: revision.creator,
    // A short name in the answers of the real service too, as far as the samples in its documentation show.
    service: record.kind === 'services' ? record.name : '',
    launchStage: 'GA',
    labels,
    annotations,
    scaling,
    vpcAccess,
    timeout,
    serviceAccount,
    containers,
    volumes,
    executionEnvironment,
    maxInstanceRequestConcurrency,
    reconciling: pending,
    conditions: ['Ready', 'ResourcesAvailable', 'ContainerReady', 'ContainerHealthy'].map(condition),
    scalingStatus: { desiredMinInstanceCount: revisionMinimum(revision) },
    etag: `"${createHash('sha256').update(revision.uid).digest('base64').slice(0, 22)}"`,
  };
}

function conditionState(record: ServiceRecord): string {
  if (record.pending.length > 0) return 'CONDITION_RECONCILING';
  return record.terminal.error === undefined ? 'CONDITION_SUCCEEDED' : 'CONDITION_FAILED';
}

function scalingOnWire({ mode, min, max, manual }: Scaling): object {
  return {
    scalingMode: mode,
    minInstanceCount: min ?? 0,
    maxInstanceCount: max ?? 0,
    ...(manual === undefined ? {} : { manualInstanceCount: manual }),
  };
}

function trafficStatus(
  record: ServiceRecord,
  { type, revision, percent, tag }: TrafficTarget,
  latest: string | undefined,
): object {
  return {
    type,
    revision: type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' ? (latest ?? '') : revision,
    percent,
    ...(tag === undefined ? {} : { tag, uri: uriOf(record).replace('https://', `https://${tag}---`) }),
  };
}

function uriOf({ name, projectNumber, location }: ServiceRecord): string {
  return `https://${name}-${projectNumber}.${location}.run.app`;
}
