import type { ContractClients } from '../clients.ts';
import type { Canaries } from '../ground.ts';
import type { Maker } from './canary.ts';
import { makeJob } from './job-canary.ts';
import { makeService } from './service-canary.ts';
import { makeTopic } from './topic-canary.ts';
import { makeWorkerPool } from './worker-pool-canary.ts';

/** The canaries of a run, each made when it is first wanted. One that could not be made is not tried again. */
export function createCanaries(clients: ContractClients, maker: Maker): Canaries {
  return {
    service: once(() => makeService(clients.services, maker)),
    job: once(() => makeJob(clients.jobs, clients.executions, maker)),
    workerPool: once(() => makeWorkerPool(clients.workerPools, maker)),
    topic: once(() => makeTopic(clients, maker)),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
