import { offeredPlanSchema } from './plan.ts';
import { closed, digest, instant, list, optional, planText, text, whole, word, type z } from './schema.ts';

/** Something said about the case, and why. */
const statementSchema = closed({ text: planText, reason: planText });
export type Statement = z.infer<typeof statementSchema>;

const statements = list(statementSchema, 2_000);
const revisionNamed = closed({ name: text(200), reason: planText });

/** What is known, each statement with its reason, and what is not known and why. */
export const assessmentSchema = closed({
  verdict: word('malicious', 'suspicious', 'unclear', 'likely-benign'),
  summary: planText,
  known: statements,
  unknown: statements,
  /** The revision taken to be compromised, and why; absent where none could be named. */
  badRevision: optional(revisionNamed),
  /** The revision to go back to, and why; absent where none qualifies (the reason is then in `unknown`). */
  knownGood: optional(revisionNamed),
  /** What people still have to do. */
  todo: list(planText, 1_000),
});
export type Assessment = z.infer<typeof assessmentSchema>;

/** What is recommended: a plan's id, or an answer that changes nothing. */
const recommendationSchema = closed({
  choice: word('plan', 'dismiss', 'hand-over'),
  plan: optional(text(200)),
  reason: planText,
});
export type Recommendation = z.infer<typeof recommendationSchema>;

/** What analysts answer. Dismiss and hand over are always open besides the plans. */
export const proposalSchema = closed({
  /** Counts from 1 within a run. */
  revision: whole(1, 1_000_000),
  /** sha256 of the canonical JSON of case, run, assessment, plan digests and recommendation. */
  digest,
  openedAt: instant,
  /** When the case expires if nobody decides, RFC 3339 UTC. */
  expiresAt: instant,
  playbook: text(200),
  assessment: assessmentSchema,
  plans: list(offeredPlanSchema, 100),
  recommendation: recommendationSchema,
});
export type Proposal = z.infer<typeof proposalSchema>;
