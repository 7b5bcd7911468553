import { signingRoles } from '../../../runtime/first-trust.ts';
import { readRoleKey } from '../../../runtime/first-trust.ts';
import { messageOf, UserError } from '../../../runtime/errors.ts';
import { trustDocument } from '../../../runtime/trust.ts';
import type { Roster, SigningRole } from '../../../model/roster.ts';
import { checkTrust } from '../../doctor/state.ts';
import type { Check, Preflight } from '../check.ts';
import { attention, failed, type Line, notKnown, ok } from '../line.ts';
import { lineOf } from './temporal.ts';

/** The roster, who can decide, and whether the keys of the roles on this machine stand on it. */
export const trust: Check = { name: 'roster and keys', asksGoogle: false, look };

async function look(preflight: Preflight): Promise<Line[]> {
  const { configuration } = preflight;
  const lines = (await checkTrust(configuration)).map(lineOf);
  if (configuration.trustRoot === undefined && configuration.sandbox === undefined)
    lines.push(
      attention(
        'which root is trusted is taken from this machine’s own state folder',
        'Tell each process: FIREBREAK_TRUST_ROOT, the fingerprint of the root key, which is kept on none of them.',
      ),
    );
  let roster: Roster;
  try {
    roster = await trustDocument(configuration).read();
  } catch (error) {
    return lines.length > 0 ? lines : [failed(messageOf(error), 'Restore the roster from a copy.')];
  }
  for (const role of signingRoles)
    if (preflight.roles.includes(role)) lines.push(await keyLine(preflight, roster, role));
  return lines;
}

async function keyLine({ configuration, asRoles }: Preflight, { workers }: Roster, role: SigningRole): Promise<Line> {
  try {
    const { kid } = await readRoleKey(configuration.paths, role);
    return workers.some((worker) => worker.id === kid && worker.role === role)
      ? ok(`${role} signs with ${kid}, which is on the roster`)
      : failed(
          `${role} signs with ${kid}, which is not on the roster: nobody believes it`,
          'Put it on the roster, and have the root sign that.',
        );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const alone = asRoles && configuration.sandbox === undefined;
    return alone
      ? failed(`${role} has no key here: ${messageOf(error)}`, 'Mount its keys/ROLE.json, and no other role’s.')
      : notKnown(
          `the key of ${role} is not on this machine`,
          `Look where it runs: npx firebreak preflight --role ${role}`,
        );
  }
}
