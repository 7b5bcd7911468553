import { base64urlnopad } from '@scure/base';
import { isCaseId } from './case-id.ts';
import type { Choice, Decision, SignedDecision } from './decision.ts';
import { isJsonObject } from './json.ts';

/** The largest signed decision that a case looks at, in characters of its three parts together. */
export const maximumDecisionSize = 8_192;
/** The longest reason, in characters. */
export const maximumReasonLength = 2_000;

/** A decision is not of the form that it must have; the message says where. Nothing of its text is repeated. */
export class MalformedDecisionError extends Error {
  constructor(message: string) {
    super(`malformed decision: ${message}`);
    this.name = 'MalformedDecisionError';
  }
}

const base64url = /^[A-Za-z0-9_-]+$/;
const digest = /^[0-9a-f]{64}$/;
const identifier = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** The three parts of a signed decision. Throws MalformedDecisionError. */
export function parseSignedDecision(value: unknown): SignedDecision {
  if (!isJsonObject(value)) throw new MalformedDecisionError('not an object with payload, protected and signature');
  const part = (key: 'payload' | 'protected' | 'signature'): string => {
    const text = value[key];
    if (typeof text !== 'string' || !base64url.test(text))
      throw new MalformedDecisionError(`${key} is not base64url text`);
    return text;
  };
  const signed = { payload: part('payload'), protected: part('protected'), signature: part('signature') };
  const size = signed.payload.length + signed.protected.length + signed.signature.length;
  if (size > maximumDecisionSize) throw new MalformedDecisionError(`larger than ${maximumDecisionSize} characters`);
  return signed;
}

/** What a signed decision says; whether its signature holds is another question. Throws MalformedDecisionError. */
export function parseDecision(signed: SignedDecision): Decision {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64urlnopad.decode(signed.payload)));
  } catch {
    throw new MalformedDecisionError('payload is not base64url of JSON');
  }
  if (!isJsonObject(value)) throw new MalformedDecisionError('payload is not an object');
  const object = value;
  const text = (key: string, pattern: Pick<RegExp, 'test'>): string => {
    const field = object[key];
    if (typeof field !== 'string' || !pattern.test(field))
      throw new MalformedDecisionError(`${key} is missing or not of its form`);
    return field;
  };
  if (object['type'] !== 'firebreak.decision.v1') throw new MalformedDecisionError('type is not firebreak.decision.v1');
  const reason = object['reason'];
  if (typeof reason !== 'string' || reason.trim() === '') throw new MalformedDecisionError('reason is missing');
  if (reason.length > maximumReasonLength)
    throw new MalformedDecisionError(`reason is longer than ${maximumReasonLength} characters`);
  return {
    type: 'firebreak.decision.v1',
    id: text('id', identifier),
    case: text('case', { test: isCaseId }),
    run: text('run', identifier),
    proposal: text('proposal', digest),
    choice: parseChoice(object['choice']),
    reason,
    approver: text('approver', identifier),
    credential: text('credential', identifier),
    signedAt: text('signedAt', instant),
  };
}

function parseChoice(value: unknown): Choice {
  if (isJsonObject(value)) {
    const { kind, plan } = value;
    if (kind === 'plan' && typeof plan === 'string' && digest.test(plan)) return { kind, plan };
    if (kind === 'dismiss' || kind === 'hand-over') return { kind };
  }
  throw new MalformedDecisionError('choice is not a plan by its digest, dismiss or hand-over');
}
