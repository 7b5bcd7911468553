import type { DeliveryOutcome } from '../../intake/start-case.ts';

/** What became of one record of a file. */
export type Submitted = {
  readonly file: string;
  /** Where in the file, where it has several records. */
  readonly record?: string;
} & ({ readonly case: string; readonly outcome: SubmitOutcome } | { readonly refused: string });

/** What became of a finding, as its sender is told. */
export type SubmitOutcome = 'started' | 'reopened' | 'told' | 'unchanged';

/** What a delivery comes to for who asked for it. */
export function submitOutcome(outcome: DeliveryOutcome): SubmitOutcome {
  switch (outcome) {
    case 'started':
    case 'reopened':
      return outcome;
    case 'signalled':
      return 'told';
    case 'archived':
    case 'echo':
    case 'unchanged':
      return 'unchanged';
  }
}

/** How `submit` ends, the first that holds of all records: the table stands in its help. */
const exitCodes = [
  ['refused', 1],
  ['started', 0],
  ['reopened', 5],
  ['told', 3],
  ['unchanged', 4],
] as const satisfies readonly (readonly [SubmitOutcome | 'refused', number])[];

/** The exit code for these. */
export function exitCodeFor(submitted: readonly Submitted[]): number {
  const all = new Set(submitted.map((one) => ('refused' in one ? 'refused' : one.outcome)));
  return exitCodes.find(([outcome]) => all.has(outcome))?.[1] ?? 1;
}

/** The same for people. */
export function outcomeWords(outcome: SubmitOutcome, dryRun: boolean): string {
  switch (outcome) {
    case 'started':
      return dryRun ? 'started: a new case, as a dry run.' : 'started: a new case.';
    case 'told':
      return `told: its case runs already, and has it now${dryRun ? '; it stays as it was started, dry run or live' : ''}.`;
    case 'unchanged':
      return 'unchanged: its case has ended, and this is nothing that it did not know.';
    case 'reopened':
      return 'reopened: its case had ended, and is opened again.';
  }
}
