import { approverRoles } from './roster.ts';
import { closed, either, identifier, list, matching, reasonText, shared, word, z } from './schema.ts';

/** Public keys (base64url) by key id. */
const keys = shared(z.readonly(z.record(identifier, matching(/^[A-Za-z0-9_-]{43}$/))));

/**
 * The roster's answer to a decision, with the public keys (base64url) that a case needs to judge by itself: those of approvers to tell
 * noise from decisions, those of respond workers to tell receipts from made-up answers. `unavailable`: nothing could be checked, which says
 * nothing about the decision.
 */
export const decisionVerdictSchema = either('status', [
  closed({
    status: word('verified'),
    roles: list(word(...approverRoles), 10),
    /** Whose vote it is. */
    person: matching(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/),
    responders: keys,
  }),
  closed({ status: word('refused'), reason: reasonText, approvers: keys }),
  closed({ status: word('unavailable'), reason: reasonText }),
]);
export type DecisionVerdict = z.infer<typeof decisionVerdictSchema>;
