import type { protos } from '@google-cloud/run';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { EvidenceReference } from '../../model/evidence.ts';
import type { FirstSign } from '../../model/requests.ts';
import { timeText } from '../plain-json.ts';
import { threatDetectionFlags, workloadFlags } from './flags.ts';
import { invokerFlags, invokersField, type Policy } from './policy.ts';
import { inForce, type Share, summariesOf } from './revision-summaries.ts';
import type { Place } from './service.ts';
import { servingName, shortName } from './service-fields.ts';
import { imagesOf, secretsOf } from './workload.ts';
import { workerPoolFields } from './worker-pool-fields.ts';

type WorkerPool = protos.google.cloud.run.v2.IWorkerPool;

/** What was read of a worker pool. */
export interface WorkerPoolObjects {
  readonly workerPool: WorkerPool;
  readonly revisions: readonly protos.google.cloud.run.v2.IRevision[];
  readonly policy: Policy;
}

/** What plans and people need of a worker pool's settings. Nobody can call one: it has no address. */
export function workerPoolSettings(
  place: Place,
  { workerPool, revisions, policy }: WorkerPoolObjects,
  sign: FirstSign | undefined,
  evidence: EvidenceReference,
): ResourceSettings {
  const template = workerPool.template ?? {};
  const summaries = summariesOf(revisions, (name) => shareOf(workerPool, name), sign?.revision);
  const running = inForce(revisions, (name) => shareOf(workerPool, name), sign);
  const [creator, lastModifier] = [workerPool.creator ?? '', workerPool.lastModifier ?? ''];
  return {
    ...place,
    uri: '',
    lastModifier,
    updateTime: timeText(workerPool.updateTime),
    threatDetectionEnabled: workerPool.threatDetectionEnabled ?? false,
    publicInvoker: 'no',
    serviceAccount: template.serviceAccount ?? '',
    fields: { ...workerPoolFields(workerPool), ...invokersField(policy) },
    latestReadyRevision: shortName(workerPool.latestReadyRevision),
    revisions: summaries,
    executions: [],
    secretNames: secretsOf(template, ...running),
    flags: [
      ...invokerFlags(policy),
      ...workloadFlags(
        {
          template,
          running,
          marked: workerPool,
          binaryAuthorization: workerPool.binaryAuthorization,
          creator,
          lastModifier,
          deployments: summaries.map(({ name, createTime, creator: by }) => ({ name, time: createTime, by })),
          images: revisions.flatMap(imagesOf),
        },
        sign,
      ),
      ...threatDetectionFlags(workerPool.threatDetectionEnabled),
    ],
    evidence,
  };
}

/** Instances are split, not tagged. A share of the latest revision may come without its name. */
function shareOf({ instanceSplitStatuses, latestReadyRevision }: WorkerPool, name: string): Share {
  const named = (instanceSplitStatuses ?? []).map(({ type, revision, percent }) => ({
    revision: servingName(type, revision, latestReadyRevision),
    percent: percent ?? 0,
  }));
  return {
    percent: named.filter(({ revision }) => revision === name).reduce((sum, { percent }) => sum + percent, 0),
    tags: [],
  };
}
