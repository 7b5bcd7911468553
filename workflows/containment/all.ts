// Made by `npm run generate` from the files of this folder; change those.
import { cancelExecutions } from './cancel-executions.ts';
import { evict } from './evict.ts';
import { moveTraffic } from './move-traffic.ts';
import { pinWorkerPool } from './pin-worker-pool.ts';
import { scaleToZero } from './scale-to-zero.ts';
import { stopJob } from './stop-job.ts';
import { stopWorkerPool } from './stop-worker-pool.ts';
import type { Rung } from './rung.ts';

const all = [cancelExecutions, evict, moveTraffic, pinWorkerPool, scaleToZero, stopJob, stopWorkerPool] as const;

/** The name of a rung. */
export type RungKind = (typeof all)[number]['kind'];

/** Every rung of containment. */
export const rungs: readonly Rung<RungKind>[] = all;
