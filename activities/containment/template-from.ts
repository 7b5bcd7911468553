import type { protos } from '@google-cloud/run';
import type { TemplateField } from '../../model/fields.ts';

type Revision = protos.google.cloud.run.v2.IRevision;
type Template = protos.google.cloud.run.v2.IRevisionTemplate;

/** What a revision and the template that it was made from both have, by one name. Source: run/v2/revision.proto, revision_template.proto. */
export const sharedFields = [
  'labels',
  'annotations',
  'scaling',
  'vpcAccess',
  'timeout',
  'serviceAccount',
  'containers',
  'volumes',
  'executionEnvironment',
  'encryptionKey',
  'maxInstanceRequestConcurrency',
  'serviceMesh',
  'encryptionKeyRevocationAction',
  'encryptionKeyShutdownDuration',
  'sessionAffinity',
  'nodeSelector',
  'gpuZonalRedundancyDisabled',
] as const satisfies readonly (keyof Revision & keyof Template)[];

/** Labels and annotations that Cloud Run sets itself, and refuses in a template. Source: run/v2/revision_template.proto. */
const reserved =
  /(^|\.)(run\.googleapis\.com|cloud\.googleapis\.com|serving\.knative\.dev|autoscaling\.knative\.dev)\//;

/**
 * The template that makes the same revision again, under a new name and as another account. What revisions do not tell is taken from the
 * service's live template. It holds environment values: for memory only.
 */
export function templateFrom(
  revision: Revision,
  live: Template | null | undefined,
  { revision: name, serviceAccount }: TemplateField,
): Template {
  const shared: Template = Object.fromEntries(sharedFields.map((field) => [field, revision[field] ?? null]));
  return {
    ...shared,
    labels: withoutReserved(revision.labels),
    annotations: withoutReserved(revision.annotations),
    // What Cloud Run writes into a container is not for others to set.
    containers: (revision.containers ?? []).map(({ buildInfo: _written, ...container }) => container),
    healthCheckDisabled: live?.healthCheckDisabled ?? false,
    revision: name,
    serviceAccount,
  };
}

function withoutReserved(map: { readonly [key: string]: string } | null | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !reserved.test(key)));
}
