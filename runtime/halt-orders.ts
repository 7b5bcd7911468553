import { z } from 'zod';
import type { Approver, ApproverRole, Roster } from '../model/roster.ts';
import { keyIdOf, type Purpose, type Signed, verifyJson } from './signatures.ts';
import { findCredential } from './trust.ts';

/** Who may stop all changes, and let them go on: everybody on the roster who may do more than look. */
export const haltingRoles: readonly ApproverRole[] = ['approver', 'lead'];

/** How far clocks of two people may be apart. */
export const clockTolerance = 5 * 60_000;

const common = {
  by: z.string(),
  credential: z.string(),
  reason: z.string(),
  /** By the signer's clock. */
  at: z.iso.datetime(),
};

/** "Stop all changes." */
export const haltOrder = z.strictObject({
  type: z.literal('firebreak.halt.v1'),
  number: z.number().int().min(1),
  ...common,
});
export type HaltOrder = z.infer<typeof haltOrder>;

/** "Go on after this halt": by its number, and by the digest of its entry, so that it is good for no other ledger. */
export const resumeOrder = z.strictObject({
  type: z.literal('firebreak.resume.v1'),
  halt: z.number().int().min(1),
  digest: z.string(),
  ...common,
});
export type ResumeOrder = z.infer<typeof resumeOrder>;

/**
 * The order in a ledger entry that somebody on the roster signed who may halt. Throws where it is not one. The credential has to be on the
 * roster now, and good at the time that the order names: what was resumed stays resumed when a key expires.
 */
export async function verifyOrder<T extends HaltOrder | ResumeOrder>(
  text: Signed,
  schema: z.ZodType<T> & { readonly shape: { readonly type: { readonly value: Purpose } } },
  roster: Roster,
): Promise<T> {
  const purpose = schema.shape.type.value;
  const found = findCredential(roster, keyIdOf(text, purpose));
  if (found === undefined) throw new Error('its credential is not on the roster');
  const order = schema.parse(await verifyJson(text, purpose, found.credential.publicKey));
  if (order.by !== found.approver.id || order.credential !== found.credential.id)
    throw new Error('it names another person or credential than the one that signed it');
  if (!mayHalt(found.approver)) throw new Error(`${order.by} only looks`);
  if (Date.parse(order.at) >= Date.parse(found.credential.notAfter))
    throw new Error(`its credential expired at ${found.credential.notAfter}`);
  if (Date.parse(order.at) > Date.now() + clockTolerance) throw new Error('it is signed in the future');
  return order;
}

/** Whether a person may stop all changes and let them go on. */
export function mayHalt({ roles }: Pick<Approver, 'roles'>): boolean {
  return roles.some((role) => haltingRoles.includes(role));
}
