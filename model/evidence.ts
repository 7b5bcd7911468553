import { closed, digest, text, type z, whole, word } from './schema.ts';

/** What a stored piece of evidence is. */
export const evidenceKindSchema = word(
  'finding',
  'settings',
  'logs',
  'reputation',
  'related',
  'identity',
  'case-record',
);
export type EvidenceKind = z.infer<typeof evidenceKindSchema>;

/** Names a piece of evidence by its content. Workflows hold references, never contents. */
export const evidenceReferenceSchema = closed({
  kind: evidenceKindSchema,
  /** sha256 of the stored bytes, 64 lower-case hex digits. */
  sha256: digest,
  bytes: whole(0, 2 ** 40),
  mediaType: text(200),
});
export type EvidenceReference = z.infer<typeof evidenceReferenceSchema>;
