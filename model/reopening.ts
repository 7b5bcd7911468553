import { maximumDecisionSize, maximumReasonLength } from './decision.ts';
import { signedPayload } from './decision-parser.ts';
import { parsed } from './parse.ts';
import { closed, identifier, instant, text, word, z } from './schema.ts';
import { signedSchema } from './signed.ts';

/** A signed wish that a case which has ended is opened again. It is good for the run that it names and no other. */
const reopeningSchema = closed({
  type: word('firebreak.reopen.v1'),
  id: identifier,
  case: identifier,
  /** The run that has ended. */
  run: identifier,
  reason: text(
    maximumReasonLength,
    z.refine((reason) => reason.trim() !== ''),
  ),
  approver: identifier,
  credential: identifier,
  /** RFC 3339 UTC, by the approver's clock. */
  signedAt: instant,
});
export type Reopening = z.infer<typeof reopeningSchema>;

/** As it travels: flattened JWS, as decisions. */
export const signedReopeningSchema = signedSchema(maximumDecisionSize);
export type SignedReopening = z.infer<typeof signedReopeningSchema>;

/** What it says; whether its signature holds is another question. Throws MalformedError; nothing of the text is repeated. */
export function parseReopening(signed: SignedReopening): Reopening {
  return parsed(reopeningSchema, signedPayload(signed, 'reopening'), 'reopening');
}
