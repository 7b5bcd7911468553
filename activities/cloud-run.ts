import { status } from '@grpc/grpc-js';
import { canonicalJson } from '../model/digest.ts';
import type { ResourceSettings } from '../model/cloud-run.ts';
import type { CloudRunResource } from '../model/finding.ts';
import { withoutEnvironmentValues } from './settings/redact.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { ObserveClients } from '../runtime/google-clients.ts';
import { googleFailure, grpcCode } from './google-errors.ts';
import { plainJson } from './plain-json.ts';
import { shortName } from './settings/service-fields.ts';
import { type ServiceObjects, settingsFrom } from './settings/service.ts';

export interface CloudRunDependencies {
  readonly services: ObserveClients['services'];
  readonly revisions: ObserveClients['revisions'];
  readonly evidence: EvidenceStore;
}

const callOptions = { timeout: 10_000, retry: null } as const;

/** Cloud Run, reading only. */
export function cloudRunActivities({ services, revisions, evidence }: CloudRunDependencies) {
  /**
   * Reads the affected service's settings, revisions and policy, and stores them whole without environment values. Answers null where the
   * service is gone.
   */
  async function readSettings({ kind, project, location, name }: CloudRunResource): Promise<ResourceSettings | null> {
    const service = `projects/${project}/locations/${location}/services/${name}`;
    try {
      const [[live], [listed], policy] = await Promise.all([
        services.getService({ name: service }, callOptions),
        revisions.listRevisions({ parent: service, pageSize: 100 }, { ...callOptions, autoPaginate: false }),
        readPolicy(service),
      ]);
      const objects: ServiceObjects = { service: live, revisions: listed, policy };
      const reference = await evidence.put(
        'settings',
        'application/json',
        canonicalJson(withoutEnvironmentValues(plainJson(objects))),
      );
      return settingsFrom({ kind, project, location, name: shortName(live.name) }, objects, reference);
    } catch (error) {
      if (grpcCode(error) === status.NOT_FOUND) return null;
      throw googleFailure(`Cloud Run, read ${service}`, error);
    }
  }

  /** The service's own policy. Not being allowed to read it is not a failure: who may call is then unknown. */
  async function readPolicy(resource: string): Promise<ServiceObjects['policy']> {
    try {
      const [policy] = await services.getIamPolicy({ resource, options: { requestedPolicyVersion: 3 } }, callOptions);
      return policy;
    } catch (error) {
      if (grpcCode(error) === status.PERMISSION_DENIED || grpcCode(error) === status.UNIMPLEMENTED) return null;
      throw error;
    }
  }

  return { readSettings };
}
