import { status } from '@grpc/grpc-js';
import type { protos } from '@google-cloud/run';
import type { Fields } from '../../model/fields.ts';
import { targetName } from '../../model/rails.ts';
import type { RespondClients } from '../../runtime/google-clients.ts';
import { grpcCode, NotPossible } from '../google-errors.ts';
import { reasonHeader } from '../request-reason.ts';
import { workerPoolFields } from '../settings/worker-pool-fields.ts';
import { traceOf } from './asked.ts';
import { revisionsSince } from './revisions-since.ts';
import { callOptions, type Executor, gone, startedOperation } from './executor.ts';

/** Writes the scaling and the instance splits of a worker pool, over the pool as just read. */
export function updateWorkerPool({
  revisions,
  workerPools,
}: Pick<RespondClients, 'revisions' | 'workerPools'>): Executor {
  return {
    moves: 1,
    deployedSince: (target, time) => revisionsSince(revisions, targetName(target), time),
    async read(target) {
      try {
        const [pool] = await workerPools.getWorkerPool({ name: targetName(target) }, callOptions);
        return {
          name: pool.name ?? '',
          fields: workerPoolFields(pool),
          etag: pool.etag ?? '',
          settled: pool.reconciling !== true,
          ...traceOf(pool),
        };
      } catch (error) {
        if (grpcCode(error) === status.NOT_FOUND) return gone;
        throw error;
      }
    },
    async validate({ target, change }, { etag }, reason) {
      const { workerPool, paths } = toWorkerPool(change);
      await workerPools.updateWorkerPool(
        { workerPool: { ...workerPool, name: targetName(target), etag }, updateMask: { paths }, validateOnly: true },
        { ...callOptions, ...reasonHeader(reason) },
      );
    },
    async start({ target, change }, { etag }, reason) {
      const { workerPool, paths } = toWorkerPool(change);
      const [operation] = await workerPools.updateWorkerPool(
        { workerPool: { ...workerPool, name: targetName(target), etag }, updateMask: { paths } },
        { ...callOptions, ...reasonHeader(reason) },
      );
      return startedOperation(operation);
    },
  };
}

/** The fields in the API's words, with the update mask that names them. Throws NotPossible for a field that is not the pool's to write. */
export function toWorkerPool(change: Fields): { workerPool: protos.google.cloud.run.v2.IWorkerPool; paths: string[] } {
  const workerPool: protos.google.cloud.run.v2.IWorkerPool = {};
  const paths: string[] = [];
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue;
    if (name === 'scaling' && change.scaling?.mode === 'manual') {
      workerPool.scaling = { manualInstanceCount: change.scaling.manual ?? 0 };
      paths.push('scaling');
    } else if (name === 'splits') {
      workerPool.instanceSplits = (change.splits ?? []).map(({ type, revision, percent }) => ({
        type: `INSTANCE_SPLIT_ALLOCATION_TYPE_${type === 'latest' ? 'LATEST' : 'REVISION'}` as const,
        ...(revision !== undefined && { revision }),
        percent,
      }));
      paths.push('instance_splits');
    } else throw new NotPossible(`${name} is no field of a worker pool that is written so`);
  }
  return { workerPool, paths };
}
