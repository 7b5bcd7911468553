import type { World } from '../kernel/reality.ts';
import type { ServiceRecord } from './service-record.ts';
import { desiredSpec, latestReady } from './service-record.ts';
import { serviceOnWire } from './wire.ts';

/** A service or worker pool, whichever it is. */
export function recordOnWire(record: ServiceRecord, world: World): object {
  return record.kind === 'workerPools' ? workerPoolOnWire(record, world) : serviceOnWire(record, world);
}

const splitType = {
  TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST: 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST',
  TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION: 'INSTANCE_SPLIT_ALLOCATION_TYPE_REVISION',
} as const;

/** A google.cloud.run.v2.WorkerPool: what it has of a service, and its own words for shares and scaling. */
function workerPoolOnWire(record: ServiceRecord, world: World): object {
  const whole = new Map<string, unknown>(Object.entries(serviceOnWire(record, world)));
  const shared = [
    'name',
    'uid',
    'generation',
    'observedGeneration',
    'labels',
    'annotations',
    'description',
    'createTime',
    'updateTime',
    'creator',
    'lastModifier',
    'launchStage',
    'template',
    'latestReadyRevision',
    'latestCreatedRevision',
    'terminalCondition',
    'conditions',
    'threatDetectionEnabled',
    'reconciling',
    'etag',
  ];
  const { traffic, scaling } = desiredSpec(record);
  const splits = traffic.map(({ type, revision, percent }) => ({
    type: splitType[type],
    ...(revision === undefined ? {} : { revision }),
    percent,
  }));
  return {
    ...Object.fromEntries(shared.map((name) => [name, whole.get(name)])),
    instanceSplits: splits,
    instanceSplitStatuses: record.effective.traffic.map(({ type, revision, percent }) => ({
      type: splitType[type],
      revision: revision ?? (world['latest-status'] === 'named' ? latestReady(record)?.name : undefined) ?? '',
      percent,
    })),
    scaling:
      scaling.manual === 0 && world['pool-zero'] === 'absent' ? {} : { manualInstanceCount: scaling.manual ?? 0 },
  };
}
