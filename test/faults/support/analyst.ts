import { randomUUID } from 'node:crypto';
import type { CaseView } from '../../../model/case.ts';
import type { Choice, Decision, SignedDecision } from '../../../model/decision.ts';
import { newSigningKey, publicHalf, signJson, type SigningKey } from '../../../runtime/signatures.ts';
import type { StatePaths } from '../../../runtime/state-folder.ts';
import { trustDocument, writeRoster } from '../../../runtime/trust.ts';

/** A person who can sign. */
export interface Analyst {
  readonly id: string;
  readonly key: SigningKey;
}

/** Puts an approver on the roster of a state folder. */
export async function addApprover(paths: StatePaths, rootKey: SigningKey, id: string): Promise<Analyst> {
  const key = await newSigningKey(id);
  const roster = await trustDocument({ paths }).read();
  const credential = {
    id: key.kid,
    kind: 'ed25519' as const,
    publicKey: publicHalf(key),
    notAfter: '2099-01-01T00:00:00Z',
  };
  const approver = { id, roles: ['approver'] as const, credentials: [credential] };
  await writeRoster(paths.trust, { ...roster, approvers: [...roster.approvers, approver] }, rootKey);
  return { id, key };
}

/** A decision, ready to be sent. */
export interface SignedChoice {
  readonly id: string;
  readonly signed: SignedDecision;
}

/** A signed approval of the plan of a kind that a view offers; undefined where it offers none. */
export async function approvalOf(view: CaseView, analyst: Analyst, kind: string): Promise<SignedChoice | undefined> {
  const offered = view.proposal?.plans.find(({ plan }) => plan.kind === kind);
  return offered && signChoice(view, analyst, { kind: 'plan', plan: offered.digest });
}

/** A signed answer that changes nothing. */
export function handOverOf(view: CaseView, analyst: Analyst): Promise<SignedChoice> {
  return signChoice(view, analyst, { kind: 'hand-over' });
}

async function signChoice(view: CaseView, { id: approver, key }: Analyst, choice: Choice): Promise<SignedChoice> {
  const id = randomUUID();
  const decision: Decision = {
    type: 'firebreak.decision.v1',
    id,
    case: view.id,
    run: view.run,
    proposal: view.proposal?.digest ?? '0'.repeat(64),
    choice,
    reason: 'as the test says',
    approver,
    credential: key.kid,
    signedAt: new Date().toISOString(),
  };
  return { id, signed: await signJson(decision, 'firebreak.decision.v1', key) };
}
