/** Invented sha256 values of the demonstration's files. */
export const hashes = {
  /** Known to VirusTotal as malicious. */
  dropper: '5f1d0c3a9be84276'.repeat(4),
  /** A shell that belongs to its image: known and harmless. */
  bash: 'a90e4b7712cd6f38'.repeat(4),
  /** The same for the other image. */
  dash: '0d68c2f15be97a43'.repeat(4),
  /** Nobody has ever sent it in. */
  plugin: 'e3b7901fd24c58a6'.repeat(4),
  /** Of the first 4 MiB only. */
  pythonPrefix: '77c1d8e05a2f9b34'.repeat(4),
} as const;

/** One answer of VirusTotal API v3: `/files/…`, `/ip_addresses/…` or `/domains/…`. What is not there is answered with 404. */
export interface ReputationAnswer {
  readonly kind: 'files' | 'ip_addresses' | 'domains';
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Counts {
  readonly malicious: number;
  readonly suspicious: number;
  readonly undetected: number;
  readonly harmless: number;
}

/** What VirusTotal counts. For files it has three counts more. */
export function analysisStats(counts: Counts, kind: ReputationAnswer['kind']): Record<string, number> {
  return {
    ...counts,
    timeout: 0,
    ...(kind === 'files' ? { failure: 0, 'type-unsupported': 4, 'confirmed-timeout': 0 } : {}),
  };
}
