import { z } from 'zod';
import { parseBody } from '../kernel/parse-body.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { type Role, roles, type Section, type Store } from '../kernel/service.ts';

const readers: readonly Role[] = ['observe', 'respond', 'respond-iam', 'destructive'];
const policies: readonly Role[] = ['observe', 'respond-iam'];

/** Whose each permission is, as the other services ask for it; the owners have all of them. What is not here IAM does not know. */
const holders: Readonly<Record<string, readonly Role[]>> = {
  'pubsub.subscriptions.consume': ['intake'],
  'securitycenter.findings.list': ['intake', 'observe', 'respond'],
  'securitycenter.findingsecuritymarks.update': ['observe'],
  'securitycenter.findingexternalsystems.update': ['observe'],
  'logging.logEntries.list': ['observe'],
  'logging.privateLogEntries.list': ['observe'],
  'monitoring.timeSeries.list': ['observe'],
  'cloudscheduler.jobs.list': ['observe'],
  'cloudscheduler.locations.list': ['observe'],
  'resourcemanager.projects.getIamPolicy': ['observe'],
  'run.operations.get': ['respond', 'destructive'],
  'run.executions.list': readers,
  'run.executions.cancel': ['respond'],
  ...Object.fromEntries(
    ['services', 'jobs', 'workerpools', 'revisions', 'instances'].flatMap((collection) => [
      [`run.${collection}.get`, readers],
      [`run.${collection}.list`, readers],
      [`run.${collection}.update`, ['respond']],
      [`run.${collection}.start`, ['respond']],
      [`run.${collection}.stop`, ['respond']],
      [`run.${collection}.delete`, ['destructive']],
      [`run.${collection}.getIamPolicy`, policies],
      [`run.${collection}.setIamPolicy`, ['respond-iam']],
    ]),
  ),
};

const description = z.strictObject({ role: z.enum(roles), permissions: z.array(z.string()) });

/** What an identity is said to lack of what it usually has, by role. */
export type Lacking = Partial<Record<Role, readonly string[]>>;

export function lackingSection(store: Store): Section<Lacking> {
  return store.section<Lacking>('lacking-permissions', () => ({}));
}

/** Says that an identity lacks permissions; its calls are served all the same. Throws INVALID_ARGUMENT. */
export function seedLacking(section: Section<Lacking>, body: unknown): Lacking {
  const { role, permissions } = parseBody(description, body, 'PUT /resource-manager/lacking');
  section.value[role] = permissions;
  section.touch();
  return section.value;
}

/**
 * Which of these the caller has. Throws INVALID_ARGUMENT for a name that IAM does not know: the whole question is refused then. Source: IAM,
 * testing permissions; googleapis/google-cloud-java#722.
 */
export function heldOf(lacking: Lacking, role: Role, permissions: readonly string[]): string[] {
  const unknown = permissions.find((permission) => !Object.hasOwn(holders, permission));
  if (unknown !== undefined) throw invalidArgument(`Permission ${unknown} is not valid for this resource.`);
  return permissions.filter(
    (permission) =>
      lacking[role]?.includes(permission) !== true &&
      (role === 'publisher' || holders[permission]?.includes(role) === true),
  );
}
