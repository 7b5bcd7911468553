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

/** A person who answers proposals. */
export interface Approver {
  readonly id: string;
  readonly roles: readonly ApproverRole[];
  readonly credentials: readonly Credential[];
}

/** The trust document: who may decide, and which workers' receipts count. Reviewed, signed by the root key, re-read when it changes. */
export interface Roster {
  readonly type: 'firebreak.roster.v1';
  readonly issuedAt: string;
  readonly approvers: readonly Approver[];
  readonly responders: readonly { readonly id: string; readonly publicKey: Credential['publicKey'] }[];
}
