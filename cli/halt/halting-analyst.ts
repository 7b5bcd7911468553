import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { mayHalt } from '../../runtime/halt-orders.ts';
import { findCredential, trustDocument } from '../../runtime/trust.ts';
import { type Analyst, chooseAnalyst } from '../decide/analyst-key.ts';

/** How a halt or a resume is to be signed. */
export interface HaltOptions {
  readonly reason: string;
  /** Whose key signs; needed where there are several. */
  readonly as: string | undefined;
  readonly json: boolean;
  readonly typed: (words: string) => string;
}

/** Who signs, checked against the roster, so that a person hears at once what respond would refuse. Throws UserError. */
export async function haltingAnalyst(configuration: Configuration, { as, typed }: HaltOptions): Promise<Analyst> {
  const analyst = await chooseAnalyst(configuration.paths, as, typed);
  const found = findCredential(await trustDocument(configuration).read(), analyst.key.kid);
  const why =
    found === undefined
      ? 'has a key that is not on the roster'
      : Date.parse(found.credential.notAfter) <= Date.now()
        ? `has a key that expired at ${found.credential.notAfter}`
        : mayHalt(found.approver)
          ? null
          : 'only looks (role viewer)';
  if (why === null) return analyst;
  throw new UserError(
    `${analyst.name} ${why} and cannot do this. See who can with: ${typed('analyst list')}, and name one with --as NAME`,
  );
}
