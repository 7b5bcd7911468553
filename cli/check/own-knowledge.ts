import type { Roster } from '../../model/roster.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { codeOf, messageOf, TrustError, UserError } from '../../runtime/errors.ts';
import { EvidenceDamagedError } from '../../runtime/evidence-store.ts';
import { trustDocument } from '../../runtime/trust.ts';
import { closedIds, numberOf, readChanges, type RecordedChanges } from '../undo/recorded-changes.ts';
import type { CheckOptions } from './checked-view.ts';

/** What this machine knows by itself: its trust document, its own configuration, and the records in its evidence store. */
export async function ownKnowledge(configuration: Configuration): Promise<Omit<CheckOptions, 'purpose'>> {
  const roster = await rosterOrWhy(configuration);
  return {
    roster,
    rails: configuration.rails,
    changesOf: (undone, before) => changesOf(configuration, roster, undone, before),
  };
}

async function rosterOrWhy(configuration: Configuration): Promise<Roster | string> {
  try {
    return await trustDocument(configuration).read();
  } catch (error) {
    if (error instanceof TrustError) return error.message;
    throw error;
  }
}

async function changesOf(
  configuration: Configuration,
  roster: Roster | string,
  undone: string,
  before: number,
): Promise<RecordedChanges> {
  if (typeof roster === 'string') throw new UserError(roster);
  try {
    const closed = await closedIds(configuration.paths.archiveIndex);
    const earlier = closed.filter((id) => (numberOf(undone, id) ?? Infinity) < before);
    return await readChanges(configuration, undone, earlier, roster);
  } catch (error) {
    if (error instanceof EvidenceDamagedError || codeOf(error) === 'ENOENT')
      throw new UserError(`it cannot be read from the evidence store: ${messageOf(error)}`, 1, { cause: error });
    throw error;
  }
}
