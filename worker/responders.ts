import type { Executors } from '../activities/containment/executor.ts';
import { updateService } from '../activities/containment/update-service.ts';
import type { Mode, ResponderRole } from '../model/plan.ts';
import type { Configuration } from '../runtime/configuration.ts';
import { changingServicesClient } from '../runtime/google-clients.ts';

/** What a role that changes something does it with: each kind of action in one role, with clients of that role's identity. */
export function responderOf(
  role: ResponderRole,
  sandbox: Configuration['sandbox'],
  mode: Mode,
): { readonly executors: Executors; readonly close: () => Promise<void> } {
  switch (role) {
    case 'respond': {
      const services = changingServicesClient(sandbox, mode);
      return { executors: { 'update-service': updateService(services) }, close: () => services.close() };
    }
    case 'respond-iam':
    case 'destructive':
      return { executors: {}, close: () => Promise.resolve() };
  }
}
