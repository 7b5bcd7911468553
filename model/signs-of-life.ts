import { answered } from './answered.ts';
import { evidenceReferenceSchema } from './evidence.ts';
import { closed, count, instant, optional, yesNo, type z } from './schema.ts';

/** How many instances there were, in use or idle, and when: RFC 3339 UTC. */
const instanceCountSchema = closed({ instances: count, at: instant });
export type InstanceCount = z.infer<typeof instanceCountSchema>;

/** How the watch ended, and the lines that were read last. */
export const signsOfLifeSchema = closed({
  quiet: yesNo,
  /** The last line since the change, RFC 3339 UTC; absent where there was none. */
  lastAt: optional(instant),
  /** How many instances there were; absent where they are not counted. Not known is not quiet, and spoils no quiet. */
  instances: optional(answered(instanceCountSchema)),
  evidence: evidenceReferenceSchema,
});
export type SignsOfLife = z.infer<typeof signsOfLifeSchema>;
