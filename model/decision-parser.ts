import { base64urlnopad } from '@scure/base';
import { type Decision, decisionSchema, type SignedDecision, signedDecisionSchema } from './decision.ts';
import { MalformedError, parsed } from './parse.ts';

/** The three parts of a signed decision. Throws MalformedError; nothing of the text is repeated. */
export function parseSignedDecision(value: unknown): SignedDecision {
  return parsed(signedDecisionSchema, value, 'decision');
}

/** What a signed decision says; whether its signature holds is another question. Throws MalformedError; nothing of the text is repeated. */
export function parseDecision(signed: SignedDecision): Decision {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64urlnopad.decode(signed.payload)));
  } catch {
    throw new MalformedError('decision', 'payload is not base64url of JSON');
  }
  return parsed(decisionSchema, value, 'decision');
}
