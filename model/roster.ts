import type { ResponderRole } from './plan.ts';

/** What a person may do. `approver` answers proposals; `lead` is the second pair of eyes that irreversible plans ask for; `viewer` only looks. */
export const approverRoles = ['approver', 'lead', 'viewer'] as const;
export type ApproverRole = (typeof approverRoles)[number];

/** A public key with which a person signs decisions. Expired ones verify nothing. */
export interface Credential {
  readonly id: string;
  readonly kind: 'ed25519';
  readonly publicKey: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string };
  /** RFC 3339 UTC. */
  readonly notAfter: string;
}

/** Someone who answers proposals. */
export interface Approver {
  /** The name under which decisions are signed. */
  readonly id: string;
  /** Who it is: two approvers of one person are one person for a quorum. Absent: the id. */
  readonly person?: string;
  readonly roles: readonly ApproverRole[];
  readonly credentials: readonly Credential[];
}

/** The roles whose word others rely on, so that they sign it. */
export type SigningRole = 'observe' | 'intake' | ResponderRole;

/** The public key of a worker, good for what its role signs and for nothing else. */
export interface WorkerKey {
  readonly id: string;
  readonly role: SigningRole;
  readonly publicKey: Credential['publicKey'];
}

/** The trust document: who may decide, and which workers' words count. Reviewed, signed by the root key, re-read when it changes. */
export interface Roster {
  readonly type: 'firebreak.roster.v1';
  /** Counts up by one with each change; a lower one than was seen before is refused. */
  readonly version: number;
  readonly issuedAt: string;
  readonly approvers: readonly Approver[];
  readonly workers: readonly WorkerKey[];
}

/** Whose vote an approver's is. */
export function personOf({ id, person }: Pick<Approver, 'id' | 'person'>): string {
  return person ?? id;
}

/** The public keys (base64url, by key id) of the workers of these roles. */
export function keysOf({ workers }: Roster, roles: readonly SigningRole[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    workers.flatMap(({ id, role, publicKey }) => (roles.includes(role) ? [[id, publicKey.x] as const] : [])),
  );
}
