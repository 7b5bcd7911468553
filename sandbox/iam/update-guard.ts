import { status } from '@grpc/grpc-js';
import type { World } from '../kernel/reality.ts';
import { type Role, type Section, StatusError } from '../kernel/service.ts';
import { actAs, downloadArtifacts, type Grants, isGranted } from './grants.ts';
import { repositoryOf } from './image-repository.ts';

/** What a service, worker pool or job is made from, as far as an update asks the caller for permissions on it. */
export interface Updated {
  readonly projectNumber: string;
  /** The template as it will be: of a job its task's. */
  readonly template: Readonly<Record<string, unknown>>;
}

/** Throws PERMISSION_DENIED where the caller lacks what an update asks for. */
export type UpdateGuard = (role: Role, updated: Updated) => void;

/**
 * Every update, of traffic or of a label alone too, asks its caller for actAs on the account that the resource runs as, and for read of its
 * images. The text of the first refusal was recorded, the one of the second is assumed. docs/fidelity.md has the sources.
 */
export function updateGuard(world: Pick<World, 'update-permissions'>, grants: Section<Grants>): UpdateGuard {
  return (role, { projectNumber, template }) => {
    if (world['update-permissions'] === 'not-asked') return;
    const account = accountOf(template) || `${projectNumber}-compute@developer.gserviceaccount.com`;
    if (!isGranted(grants.value, role, actAs, account))
      throw denied(
        `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
      );
    for (const repository of repositoriesOf(template))
      if (!isGranted(grants.value, role, downloadArtifacts, repository))
        throw denied(`Permission '${downloadArtifacts}' denied on resource '${repository}' (or it may not exist).`);
  };
}

function denied(message: string): StatusError {
  return new StatusError(status.PERMISSION_DENIED, message);
}

function accountOf({ serviceAccount }: Updated['template']): string {
  return typeof serviceAccount === 'string' ? serviceAccount : '';
}

function repositoriesOf({ containers }: Updated['template']): Set<string> {
  const all: readonly unknown[] = Array.isArray(containers) ? containers : [];
  return new Set(
    all.flatMap((container) => {
      const image = typeof container === 'object' && container !== null && 'image' in container ? container.image : '';
      return (typeof image === 'string' ? repositoryOf(image) : null) ?? [];
    }),
  );
}
