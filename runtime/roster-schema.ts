import { z } from 'zod';
import { approverRoles, type Roster } from '../model/roster.ts';

/** An Ed25519 public key as kept in files. */
export const publicKeySchema = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

const keyId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
const personId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/);
const instant = z.iso.datetime();

/** The trust document, closed: ids and keys are unique, so that no key speaks for two. */
export const rosterSchema: z.ZodType<Roster> = z
  .strictObject({
    type: z.literal('firebreak.roster.v1'),
    version: z.number().int().min(1).max(1_000_000_000),
    issuedAt: instant,
    approvers: z.array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
        person: personId.exactOptional(),
        roles: z.array(z.enum(approverRoles)).min(1),
        credentials: z.array(
          z.strictObject({ id: keyId, kind: z.literal('ed25519'), publicKey: publicKeySchema, notAfter: instant }),
        ),
      }),
    ),
    workers: z.array(
      z.strictObject({
        id: keyId,
        role: z.enum(['observe', 'intake', 'respond', 'respond-iam', 'destructive']),
        publicKey: publicKeySchema,
      }),
    ),
  })
  .check(({ value: { approvers, workers }, issues }) => {
    const keys = [...approvers.flatMap(({ credentials }) => credentials), ...workers];
    const names = approvers.map(({ id }) => id);
    for (const [what, list] of [
      ['an approver', names],
      ['a key id', keys.map(({ id }) => id)],
      ['a public key', keys.map(({ publicKey }) => publicKey.x)],
    ] as const) {
      const twice = list.find((one, index) => list.indexOf(one) !== index);
      if (twice !== undefined)
        issues.push({ code: 'custom', input: twice, message: `${what} stands in it twice: ${twice}` });
    }
  });
