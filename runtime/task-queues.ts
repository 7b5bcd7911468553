import { responderRoles, type ResponderRole } from '../model/plan.ts';
import type { Rails } from '../model/rails.ts';

/** What a worker process can be: which queues it serves, with which identity. The archive serves none: no case asks anything of it. */
export const workerRoles = ['cases', 'observe', 'virustotal', 'archive', ...responderRoles] as const;
export type WorkerRole = (typeof workerRoles)[number];

/** The roles that one machine runs where nobody says which: those that change something only as far as they are installed. */
export function usualRoles({ rails }: { readonly rails: Pick<Rails, 'responders'> }): WorkerRole[] {
  return ['cases', 'observe', 'virustotal', 'archive', ...rails.responders];
}

/** The task queues. Logging has one of its own, because its quota is the tightest. */
export interface TaskQueues extends Readonly<Record<ResponderRole, string>> {
  readonly cases: string;
  readonly observe: string;
  readonly logging: string;
  readonly virustotal: string;
}

/** The queues' names under a prefix (`firebreak` by default; a test has one of its own). */
export function taskQueues(prefix: string): TaskQueues {
  return {
    cases: `${prefix}-cases`,
    observe: `${prefix}-observe`,
    logging: `${prefix}-logging`,
    virustotal: `${prefix}-virustotal`,
    respond: `${prefix}-respond`,
    'respond-iam': `${prefix}-respond-iam`,
    destructive: `${prefix}-destructive`,
  };
}
