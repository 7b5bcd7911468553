import type { protos } from '@google-cloud/run';
import type { TrafficTarget } from '../../model/cloud-run.ts';
import type { Fields } from '../../model/fields.ts';
import { enumName, shortName } from './service-fields.ts';

type WorkerPool = protos.google.cloud.run.v2.IWorkerPool;

/**
 * The fields of a worker pool that plans speak of, as read with `getWorkerPool`. It has no automatic scaling, no traffic and no ingress. Of a count that
 * is absent nothing is said: whether that is one that was never set or a 0 is not known of the real service.
 */
export function workerPoolFields(pool: WorkerPool): Fields {
  const manual = pool.scaling?.manualInstanceCount;
  return {
    exists: true,
    splits: splitsOf(pool),
    scaling: { mode: 'manual', ...(manual !== undefined && manual !== null && { manual }) },
    template: {
      revision: shortName(pool.latestCreatedRevision),
      serviceAccount: pool.template?.serviceAccount ?? '',
    },
  };
}

/** A pool without splits of its own runs its latest revision. */
function splitsOf({ instanceSplits }: WorkerPool): TrafficTarget[] {
  const found = instanceSplits ?? [];
  return found.length === 0 ? [{ type: 'latest', percent: 100 }] : found.map(splitTarget);
}

/** The same form as a share of traffic; there are no tags. */
function splitTarget({ type, revision, percent }: protos.google.cloud.run.v2.IInstanceSplit): TrafficTarget {
  return enumName(type).endsWith('_LATEST')
    ? { type: 'latest', percent: percent ?? 0 }
    : { type: 'revision', revision: shortName(revision), percent: percent ?? 0 };
}
