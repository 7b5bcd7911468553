import type { Fields } from '../../model/fields.ts';
import type { CloudRunResource, Finding } from '../../model/finding.ts';
import type { Indicator, Investigation } from '../../model/investigation.ts';
import type { Assessment, Statement } from '../../model/proposal.ts';
import type { RevisionJudgement } from '../../model/revisions.ts';
import type { RungKind } from '../containment/all.ts';
import type { Threat } from '../containment/rung.ts';

/** What a playbook judges by. */
export interface PlaybookContext {
  readonly finding: Finding;
  readonly investigation: Investigation;
  readonly revisions: RevisionJudgement;
  /** Plans of this run that were carried out and did not bring quiet, in order. */
  readonly tried: readonly string[];
  /** Plans that are offered and can be approved, the least destructive first. */
  readonly offered: readonly string[];
  /** The resource's fields before this case changed anything; absent where it has not. */
  readonly baseline?: Fields;
}

/** What a playbook recommends, and why. */
export type PlaybookAdvice =
  | { readonly choice: 'plan'; readonly plan: RungKind; readonly reason: string }
  | { readonly choice: 'dismiss' | 'hand-over'; readonly reason: string };

/** The response to a family of finding categories. Plain data and pure functions: reviewed as code, tested as code. */
export interface Playbook {
  readonly name: string;
  /** For its page in the documentation: one or two sentences. */
  readonly summary: string;
  /** Categories as SCC displays them; compared without regard to case. */
  readonly categories: readonly string[];
  /** ATT&CK techniques that Google's page for the finding names. */
  readonly techniques: readonly string[];
  /** What VirusTotal is asked about. */
  readonly lookUp: (finding: Finding) => readonly Indicator[];
  /** What this family adds to the common assessment. */
  readonly assess: (context: PlaybookContext) => readonly Statement[];
  /** What kind of threat it is: every rung of containment against one of these is offered, the least destructive first. */
  readonly threats: readonly Threat[];
  /** True where the image itself is bad: a revision with the same image is then not known-good. */
  readonly imageSuspect?: true;
  readonly recommend: (context: PlaybookContext) => PlaybookAdvice;
  /** What people must still do: names the owner, the secrets and the account as far as they are known. `left-to-people.ts` has what most families share. */
  readonly todo: (context: PlaybookContext) => Assessment['todo'];
}

/** Checks nothing at run time: it gives the object its type. */
export function definePlaybook(playbook: Playbook): Playbook {
  return playbook;
}

/** The kind of the affected resource. A finding that names none gets no plan, so what is said of a service does no harm there. */
export function resourceKind({ resource }: Pick<Finding, 'resource'>): CloudRunResource['kind'] {
  return resource?.kind ?? 'service';
}
