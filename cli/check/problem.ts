/** Something that does not hold, in words, and what it stops: answering at all, approving any plan, or nothing. */
export interface Problem {
  readonly text: string;
  readonly stops: 'answers' | 'plans' | 'nothing';
  /** Only this plan is not to be approved. */
  readonly plan?: string;
}

/** What a check found: what holds, in words, and what does not. */
export interface Findings {
  readonly held: readonly string[];
  readonly problems: readonly Problem[];
}

/** Several checks as one. */
export function together(all: readonly Findings[]): Findings {
  return { held: all.flatMap(({ held }) => held), problems: all.flatMap(({ problems }) => problems) };
}
