// Made by `npm run generate` from the files of this folder; change those.
import { cancelExecutions } from './cancel-executions.ts';
import { deleteJob } from './delete-job.ts';
import { deleteRevision } from './delete-revision.ts';
import { deleteService } from './delete-service.ts';
import { evict } from './evict.ts';
import { moveTraffic } from './move-traffic.ts';
import { pinWorkerPool } from './pin-worker-pool.ts';
import { quarantine } from './quarantine.ts';
import { removePublicInvokers } from './remove-public-invokers.ts';
import { restrictIngress } from './restrict-ingress.ts';
import { scaleToZero } from './scale-to-zero.ts';
import { stopInstance } from './stop-instance.ts';
import { stopJob } from './stop-job.ts';
import { stopWorkerPool } from './stop-worker-pool.ts';
import type { Rung } from './rung.ts';

const all = [
  cancelExecutions,
  deleteJob,
  deleteRevision,
  deleteService,
  evict,
  moveTraffic,
  pinWorkerPool,
  quarantine,
  removePublicInvokers,
  restrictIngress,
  scaleToZero,
  stopInstance,
  stopJob,
  stopWorkerPool,
] as const;

/** The name of a rung. */
export type RungKind = (typeof all)[number]['kind'];

/** Every rung of containment. */
export const rungs: readonly Rung<RungKind>[] = all;
