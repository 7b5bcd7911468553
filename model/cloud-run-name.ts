import { type CloudRunResource, label, project } from './cloud-run-resource.ts';
import { resourceKinds } from './resource-kinds.ts';

const fullName = new RegExp(
  `^//run\\.googleapis\\.com/projects/(?<project>${project})/locations/(?<location>${label})` +
    `/(?<collection>services|jobs|workerPools|instances)/(?<name>${label})` +
    `(?:/revisions/(?<revision>${label})|/executions/(?<execution>${label}))?$`,
);

const kinds = new Map(
  Object.entries(resourceKinds).map(([kind, { collection }]) => [collection, kind as CloudRunResource['kind']]),
);

/**
 * The Cloud Run resource that a full resource name stands for, undefined for any other name. Strict, since the parts go into requests,
 * queries and ids. Form: Cloud Asset Inventory, asset names of run.googleapis.com; a `/revisions/…` or `/executions/…` tail is
 * accepted, since it is not documented whether findings carry one.
 */
export function parseCloudRunName(resourceName: string): CloudRunResource | undefined {
  const parts = fullName.exec(resourceName)?.groups;
  const kind = kinds.get(parts?.['collection'] ?? '');
  if (!parts || !kind) return undefined;
  const { project = '', location = '', name = '', revision, execution } = parts;
  return {
    kind,
    project,
    location,
    name,
    ...(revision === undefined ? {} : { revision }),
    ...(execution === undefined ? {} : { execution }),
  };
}
