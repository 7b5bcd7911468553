import { cancelExecutions } from '../activities/containment/cancel-executions.ts';
import { deleteResource } from '../activities/containment/delete.ts';
import type { Executor, Executors } from '../activities/containment/executor.ts';
import { setInvokers } from '../activities/containment/set-invokers.ts';
import { switchInstance } from '../activities/containment/switch-instance.ts';
import { updateService } from '../activities/containment/update-service.ts';
import { updateWorkerPool } from '../activities/containment/update-worker-pool.ts';
import type { GrantDependencies } from '../activities/grants.ts';
import { settingsReader } from '../activities/cloud-run.ts';
import type { ResourceSettings } from '../model/cloud-run.ts';
import type { EvidenceReference } from '../model/evidence.ts';
import type { FindingFacts } from '../model/observation.ts';
import type { ActionKind, actionRoles, Mode, ResponderRole, Target } from '../model/plan.ts';
import { settingsRequest } from '../model/requests.ts';
import { rungs } from '../workflows/containment/all.ts';
import type { GooglePlace } from '../runtime/google-place.ts';
import { closeClients, destructiveClients, respondClients, respondIamClients } from '../runtime/google-clients.ts';
import { permissionTester } from '../runtime/permission-tester.ts';

/** Exactly the kinds of action that are the role's. */
type ExecutorsOf<Role extends ResponderRole> = {
  readonly [Kind in ActionKind as (typeof actionRoles)[Kind] extends Role ? Kind : never]: Executor;
};

/** A role that changes something: with what, and with what eyes. */
export interface Responder {
  readonly executors: Executors;
  /** What it looks with at what it is granted; only the role that updates does. */
  readonly granting?: Pick<GrantDependencies, 'clients' | 'tester'>;
  /** The resource as the role itself may see it; null where it is gone. */
  readonly readSettings: (target: Target, finding: FindingFacts) => Promise<ResourceSettings | null>;
  readonly close: () => Promise<void>;
}

/** Respond keeps no evidence: observe has. */
const notKept: EvidenceReference = {
  kind: 'settings',
  sha256: '0'.repeat(64),
  bytes: 0,
  mediaType: 'application/json',
};

function ownEyes(clients: Parameters<typeof settingsReader>[0]): Responder['readSettings'] {
  const read = settingsReader(clients, { save: () => Promise.resolve(notKept), policies: 'left out' });
  return (target, finding) => read(settingsRequest(finding, { ...target, ...revisionOf(finding) }));
}

function revisionOf({ resource }: FindingFacts) {
  return resource?.revision === undefined ? {} : { revision: resource.revision };
}

/** Who only sees policies sees no more of the resource than who may invoke it. */
function policyEyes({ read }: Executor): Responder['readSettings'] {
  return async ({ kind, project, location, name }) => {
    const { fields } = await read({ kind, project, location, name });
    if (fields.exists === false) return null;
    return { ...nothingSeen, kind, project, location, name, fields };
  };
}

const nothingSeen = {
  uri: '',
  lastModifier: '',
  updateTime: '',
  publicInvoker: 'unknown',
  serviceAccount: '',
  latestReadyRevision: '',
  revisions: [],
  executions: [],
  secretNames: [],
  flags: [],
  evidence: notKept,
} as const;

/** What a role that changes something does it with: each kind of action in one role, with clients of that role's identity. */
export function responderOf(role: ResponderRole, place: GooglePlace, mode: Mode): Responder {
  switch (role) {
    case 'respond': {
      const clients = respondClients(place, mode);
      const executors: ExecutorsOf<'respond'> = {
        'update-service': updateService(clients),
        'update-worker-pool': updateWorkerPool(clients),
        'cancel-executions': cancelExecutions(clients),
        'switch-instance': switchInstance(clients),
      };
      const tester = permissionTester(place, role, clients.services);
      return {
        executors,
        granting: { clients, tester },
        readSettings: ownEyes(clients),
        close: () => closeClients({ ...clients, tester }),
      };
    }
    case 'respond-iam': {
      const clients = respondIamClients(place, mode);
      const invokers = setInvokers(clients);
      const executors: ExecutorsOf<'respond-iam'> = { 'set-invokers': invokers };
      return { executors, readSettings: policyEyes(invokers), close: () => closeClients(clients) };
    }
    case 'destructive': {
      const clients = destructiveClients(place, mode);
      const executors: ExecutorsOf<'destructive'> = { delete: deleteResource(clients) };
      return { executors, readSettings: ownEyes(clients), close: () => closeClients(clients) };
    }
  }
}

/** The fields that each kind of action writes in some rung: a respond worker does nothing else, whatever a plan says. */
export function writesOfRungs(): Partial<Record<ActionKind, string[]>> {
  const all: Partial<Record<ActionKind, string[]>> = {};
  for (const { actions, writes } of rungs) for (const kind of actions) all[kind] = [...(all[kind] ?? []), ...writes];
  return all;
}
