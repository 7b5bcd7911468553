import { createHash } from 'node:crypto';
import type { World } from '../kernel/reality.ts';
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
export function serviceOnWire(record: ServiceRecord, world: World): object {
  const spec = desiredSpec(record);
  const name = fullName(record);
  const latestCreated = latestCreatedOf(record, world);
  const ready = latestReady(record);
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
    urls: spec.defaultUriDisabled ? [] : addressesOf(record),
    trafficStatuses: record.effective.traffic.map((target) =>
      trafficStatus(record, target, world['latest-status'] === 'named' ? ready?.name : undefined),
    ),
    latestReadyRevision: ready === undefined ? '' : `${name}/revisions/${ready.name}`,
    latestCreatedRevision: latestCreated === undefined ? '' : `${name}/revisions/${latestCreated.name}`,
    terminalCondition: terminalCondition(record, world),
    conditions: ['RoutesReady', 'ConfigurationsReady'].map((type) => partCondition(record, type, world)),
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

/** Recorded: while an update runs, the newest revision is the one from before it. */
function latestCreatedOf({ revisions, pending }: ServiceRecord, { update }: World): RevisionRecord | undefined {
  const notYet = new Set(update === 'pending' ? pending.map(({ revision }) => revision) : []);
  return revisions.findLast(({ name, deletedAt }) => deletedAt === undefined && !notYet.has(name));
}

function terminalCondition(record: ServiceRecord, { update }: World): object {
  if (record.pending.length === 0) return settledCondition(record, 'Ready');
  const state = update === 'pending' ? 'CONDITION_PENDING' : 'CONDITION_RECONCILING';
  return { type: 'Ready', state, lastTransitionTime: timestamp(record.updateTime) };
}

/** Recorded: the parts say how the update before ended, until this one has. */
function partCondition(record: ServiceRecord, type: string, { update }: World): object {
  return record.pending.length === 0 || update === 'pending'
    ? settledCondition(record, type)
    : { type, state: 'CONDITION_RECONCILING', lastTransitionTime: timestamp(record.updateTime) };
}

function settledCondition({ terminal: { error, at } }: ServiceRecord, type: string): object {
  return {
    type,
    ...(error === undefined
      ? { state: 'CONDITION_SUCCEEDED' }
      : { state: 'CONDITION_FAILED', message: error, severity: 'ERROR' }),
    lastTransitionTime: timestamp(at),
  };
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

/** Both addresses of a service: the one of project number and region, and the one with a hash, which `uri` has. */
export function addressesOf(record: ServiceRecord): string[] {
  const { name, projectNumber, location } = record;
  return [`https://${name}-${projectNumber}.${location}.run.app`, uriOf(record)];
}

function uriOf({ name, project, location }: ServiceRecord): string {
  const hash = createHash('sha256').update(`${project} ${location}`).digest('hex').slice(0, 10);
  const region = location
    .split('-')
    .map((word) => word.replaceAll(/[^a-z]/g, '').slice(0, 1))
    .join('');
  return `https://${name}-${hash}-${region}.a.run.app`;
}
