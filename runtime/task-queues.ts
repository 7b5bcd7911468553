/** What a worker process can be: which queues it serves, with which identity. */
export const workerRoles = ['cases', 'observe', 'virustotal', 'respond'] as const;
export type WorkerRole = (typeof workerRoles)[number];

/** The task queues. Logging has one of its own, because its quota is the tightest. */
export interface TaskQueues {
  readonly cases: string;
  readonly observe: string;
  readonly logging: string;
  readonly virustotal: string;
  readonly respond: string;
}

/** The queues' names under a prefix (`firebreak` by default; a test has one of its own). */
export function taskQueues(prefix: string): TaskQueues {
  return {
    cases: `${prefix}-cases`,
    observe: `${prefix}-observe`,
    logging: `${prefix}-logging`,
    virustotal: `${prefix}-virustotal`,
    respond: `${prefix}-respond`,
  };
}
