import { cancelExecutions } from '../activities/containment/cancel-executions.ts';
import { deleteResource } from '../activities/containment/delete.ts';
import type { Executor, Executors } from '../activities/containment/executor.ts';
import { setInvokers } from '../activities/containment/set-invokers.ts';
import { updateService } from '../activities/containment/update-service.ts';
import { updateWorkerPool } from '../activities/containment/update-worker-pool.ts';
import type { ActionKind, actionRoles, Mode, ResponderRole } from '../model/plan.ts';
import { rungs } from '../workflows/containment/all.ts';
import type { Configuration } from '../runtime/configuration.ts';
import { closeClients, destructiveClients, respondClients, respondIamClients } from '../runtime/google-clients.ts';

/** Exactly the kinds of action that are the role's. */
type ExecutorsOf<Role extends ResponderRole> = {
  readonly [Kind in ActionKind as (typeof actionRoles)[Kind] extends Role ? Kind : never]: Executor;
};

/** What a role that changes something does it with: each kind of action in one role, with clients of that role's identity. */
export function responderOf(
  role: ResponderRole,
  sandbox: Configuration['sandbox'],
  mode: Mode,
): { readonly executors: Executors; readonly close: () => Promise<void> } {
  switch (role) {
    case 'respond': {
      const clients = respondClients(sandbox, mode);
      const executors: ExecutorsOf<'respond'> = {
        'update-service': updateService(clients),
        'update-worker-pool': updateWorkerPool(clients),
        'cancel-executions': cancelExecutions(clients),
      };
      return { executors, close: () => closeClients(clients) };
    }
    case 'respond-iam': {
      const clients = respondIamClients(sandbox, mode);
      const executors: ExecutorsOf<'respond-iam'> = { 'set-invokers': setInvokers(clients) };
      return { executors, close: () => closeClients(clients) };
    }
    case 'destructive': {
      const clients = destructiveClients(sandbox, mode);
      const executors: ExecutorsOf<'destructive'> = { delete: deleteResource(clients) };
      return { executors, close: () => closeClients(clients) };
    }
  }
}

/** The fields that each kind of action writes in some rung: a respond worker does nothing else, whatever a plan says. */
export function writesOfRungs(): Partial<Record<ActionKind, string[]>> {
  const all: Partial<Record<ActionKind, string[]>> = {};
  for (const { actions, writes } of rungs) for (const kind of actions) all[kind] = [...(all[kind] ?? []), ...writes];
  return all;
}
