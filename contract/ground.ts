import type { ExecutionsClient, ServicesClient } from '@google-cloud/run';
import type { ContractClients } from './clients.ts';
import type { InstanceCanary } from './canaries/instance-canary.ts';
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
  /** The time there, milliseconds since the epoch. */
  readonly now: () => Promise<number>;
  /** A GET of that address, as anybody on the internet makes it. */
  readonly ask: (address: string) => Promise<{ readonly status: number; readonly text: string }>;
  /** VirusTotal's answer to a GET, with the key that is set, none, or one of nobody. */
  readonly askVirusTotal: (path: string, key?: 'own' | 'none' | 'wrong') => Promise<HttpAnswer>;
  readonly finding?: FindingGround;
  /** Another identity, which may update services and cancel executions, and not act as the account that the canaries run as. */
  readonly responder?: Responder;
}

/** What was made for this run, on first use. */
export interface Canaries {
  readonly service: () => Promise<ServiceCanary>;
  readonly job: () => Promise<JobCanary>;
  readonly workerPool: () => Promise<WorkerPoolCanary>;
  readonly instance: () => Promise<InstanceCanary>;
  readonly topic: () => Promise<TopicCanary>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A finding whose marks may be written and deleted again. */
export interface FindingGround {
  /** Full name. */
  readonly name: string;
  /** The topic that its notifications come to: `projects/P/topics/T`. */
  readonly topic?: string;
}

/** An identity beside the one that checks. */
export interface Responder {
  readonly services: ServicesClient;
  readonly executions: ExecutionsClient;
  /** Whether it has `iam.serviceAccounts.actAs` on that account, by e-mail. */
  readonly mayActAs: (account: string) => Promise<boolean>;
}
