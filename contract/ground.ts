import type { ContractClients } from './clients.ts';
import type { JobCanary } from './canaries/job-canary.ts';
import type { ServiceCanary } from './canaries/service-canary.ts';
import type { TopicCanary } from './canaries/topic-canary.ts';
import type { WorkerPoolCanary } from './canaries/worker-pool-canary.ts';

/** Where and with what checks run. */
export interface Ground {
  readonly project: string;
  readonly location: string;
  readonly clients: ContractClients;
  readonly canaries: Canaries;
  /** Lets time pass where the checks run. Throws StoppedError when the run is stopped. */
  readonly pause: (seconds: number) => Promise<void>;
  /** The status of a GET of that address, as anybody on the internet gets it. */
  readonly ask: (address: string) => Promise<number>;
  /** VirusTotal's answer to a GET; without `key` no key is sent. */
  readonly askVirusTotal: (path: string, key?: 'own' | 'none' | 'wrong') => Promise<HttpAnswer>;
  /** The full name of a finding whose marks may be written and deleted again, and the topic that its notifications come to. */
  readonly finding?: FindingGround;
}

/** What was made for this run, on first use. */
export interface Canaries {
  readonly service: () => Promise<ServiceCanary>;
  readonly job: () => Promise<JobCanary>;
  readonly workerPool: () => Promise<WorkerPoolCanary>;
  readonly topic: () => Promise<TopicCanary>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface FindingGround {
  readonly name: string;
  readonly topic?: string;
}

/** The run was stopped: nothing more is checked, what was made is deleted. */
export class StoppedError extends Error {}

/** The check cannot be made here; the message says why. */
export class NotCheckedError extends Error {}
