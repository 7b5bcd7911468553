import { base64urlnopad } from '@scure/base';
import { type Decision, decisionSchema, type SignedDecision, signedDecisionSchema } from './decision.ts';
import { MalformedError, parsed } from './parse.ts';

/** The three parts of a signed decision. Throws MalformedError; nothing of the text is repeated. */
export function parseSignedDecision(value: unknown): SignedDecision {
  return parsed(signedDecisionSchema, value, 'decision');
}

/** What a signed decision says; whether its signature holds is another question. Throws MalformedError; nothing of the text is repeated. */
export function parseDecision(signed: SignedDecision): Decision {
  return parsed(decisionSchema, signedPayload(signed, 'decision'), 'decision');
}

/** The JSON that was signed, of whatever form. Throws MalformedError; nothing of the text is repeated. */
export function signedPayload({ payload }: SignedDecision, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64urlnopad.decode(payload)));
  } catch {
    throw new MalformedError(what, 'payload is not base64url of JSON');
  }
}
