import { z } from 'zod';
import { parseBody } from '../kernel/parse-body.ts';
import { type Role, roles, type Section, type Store } from '../kernel/service.ts';

export const actAs = 'iam.serviceAccounts.actAs';
export const downloadArtifacts = 'artifactregistry.repositories.downloadArtifacts';

/** A permission that an identity has on a service account (by its e-mail) or a repository (by its full name); `*` for all of them. */
const grant = z.strictObject({
  role: z.enum(roles),
  permission: z.enum([actAs, downloadArtifacts]),
  on: z.string().min(1),
});
const described = z.strictObject({ grants: z.array(grant) });

export type GrantDescription = z.infer<typeof grant>;

export interface Grants {
  grants: readonly GrantDescription[];
}

/** Those who update Cloud Run have what that takes: the services' owners, and the role that contains. */
const usual: readonly GrantDescription[] = (['publisher', 'respond'] as const).flatMap((role) =>
  ([actAs, downloadArtifacts] as const).map((permission) => ({ role, permission, on: '*' })),
);

export function grantsSection(store: Store): Section<Grants> {
  return store.section<Grants>('iam-grants', () => ({ grants: usual }));
}

/** Replaces who is granted what. Who is in no grant has nothing, the owners too. Throws INVALID_ARGUMENT. */
export function seedGrants(section: Section<Grants>, description: unknown): { readonly grants: number } {
  const { grants } = parseBody(described, description, 'PUT /iam/grants');
  section.value.grants = grants;
  section.touch();
  return { grants: grants.length };
}

/** Whether an identity has the permission on that thing. */
export function isGranted({ grants }: Grants, role: Role, permission: string, on: string): boolean {
  return grants.some((one) => one.role === role && one.permission === permission && (one.on === '*' || one.on === on));
}
