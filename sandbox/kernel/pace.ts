/** How long things take that take long on the real services: `real` as was measured or is documented, `brisk` for tests. */
export type Pace = 'real' | 'brisk';

/** Lengths of time, milliseconds. */
export interface Durations {
  /** An update of a service or worker pool, from the shortest to the longest; and where updates are quick. */
  readonly update: readonly [number, number];
  readonly quickUpdate: number;
  /** From the end of an operation until traffic has moved. */
  readonly traffic: number;
  /** How long instances live on after manual scaling to 0, where they do. */
  readonly linger: number;
  /** From a changed policy until it is in force, from the shortest to the longest. */
  readonly iamChange: readonly [number, number];
}

/** The lengths of a pace. */
export const durationsOf: Readonly<Record<Pace, Durations>> = {
  real: { update: [5_000, 25_000], quickUpdate: 300, traffic: 4_000, linger: 180_000, iamChange: [120_000, 420_000] },
  brisk: { update: [300, 300], quickUpdate: 300, traffic: 200, linger: 1_000, iamChange: [1_000, 1_000] },
};
