import type { ContractClients } from '../clients.ts';
import type { Canaries } from '../ground.ts';
import type { Maker } from './canary.ts';
import { makeInstance } from './instance-canary.ts';
import type { LeftOver } from './left-overs.ts';
import { makeJob } from './job-canary.ts';
import { makeService } from './service-canary.ts';
import { makeTopic } from './topic-canary.ts';
import { makeWorkerPool } from './worker-pool-canary.ts';

type Kind = LeftOver['kind'];

/**
 * The canaries of a run, each made when it is first wanted. One that could not be made is not tried again. `attempted`: of what kinds there may
 * be some, even where making them was not answered.
 */
export function createCanaries(
  clients: ContractClients,
  maker: Maker,
): { readonly canaries: Canaries; readonly attempted: ReadonlySet<Kind> } {
  const attempted = new Set<Kind>();
  const once = <T>(kinds: readonly Kind[], make: () => Promise<T>): (() => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => {
      for (const kind of kinds) attempted.add(kind);
      return (made ??= make());
    };
  };
  const canaries: Canaries = {
    service: once(['service'], () => makeService(clients.services, maker)),
    job: once(['job'], () => makeJob(clients.jobs, clients.executions, maker)),
    workerPool: once(['worker pool'], () => makeWorkerPool(clients.workerPools, maker)),
    instance: once(['instance'], () => makeInstance(clients.instances, maker)),
    topic: once(['subscription', 'topic'], () => makeTopic(clients, maker)),
  };
  return { canaries, attempted };
}
