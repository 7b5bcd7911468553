/** What a stored piece of evidence is. */
export type EvidenceKind = 'finding' | 'settings' | 'logs' | 'reputation' | 'related' | 'identity' | 'case-record';

/** Names a piece of evidence by its content. Workflows hold references, never contents. */
export interface EvidenceReference {
  readonly kind: EvidenceKind;
  /** sha256 of the stored bytes, 64 lower-case hex digits. */
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}
