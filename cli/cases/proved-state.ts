import { isCaseId } from '../../model/case-id.ts';
import type { Client } from '@temporalio/client';
import { describeCase } from '../../intake/current-run.ts';
import { endWord, howItEnded } from '../../intake/how-it-ended.ts';
import { type CaseView, finalStates, type ShownState, type ShownView } from '../../model/case.ts';
import type { Mode } from '../../model/plan.ts';
import { type ArchiveEntry, type ArchiveIndex, folderArchiveIndex } from '../../runtime/archive-index.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { TrustError, UnprovedFileError } from '../../runtime/errors.ts';
import { trustDocument } from '../../runtime/trust.ts';

/** A state as it may be shown: the one that observe has signed, else how the run ended and what to type. */
export interface ProvedState {
  readonly state: ShownState;
  readonly mode?: Mode;
  /** With `ended-in-temporal`. */
  readonly ended?: string;
}

/** Says of a run that has ended, or that says so, what is proved. `said` is the final state that the run itself shows, if it shows one. */
export type ProveState = (
  client: Client,
  run: { readonly id: string; readonly run: string; readonly how: string | undefined; readonly said?: string },
) => Promise<ProvedState>;

/** Proves states by the signed archive index. */
export function stateProver(configuration: Configuration): ProveState {
  const index = folderArchiveIndex(configuration.paths.archiveIndex, trustDocument(configuration));
  return async (client, { id, run, how, said }) => {
    const entry = await entryOf(index, id);
    if (typeof entry === 'string') return { state: 'ended-in-temporal', ended: `not proved: ${entry}` };
    if (entry?.run === run && (said === undefined || said === entry.state))
      return { state: entry.state, mode: entry.mode };
    if (entry?.run === run)
      return {
        state: 'ended-in-temporal',
        ended: `not proved: it says ${said}, and what Firebreak signed is ${entry.state}`,
      };
    const words =
      how === undefined
        ? `says ${said}, and no record that Firebreak signed says so`
        : await howItEnded(client, id, run, how);
    return { state: 'ended-in-temporal', ended: `${words}. ${whatToType(id)}` };
  };
}

/** The entry, or why there is none that counts. */
async function entryOf(index: ArchiveIndex, id: string): Promise<ArchiveEntry | string | undefined> {
  // Anybody can start a run under any id: one that no case has is in no index.
  if (!isCaseId(id)) return 'its id is none of a case';
  try {
    return await index.read(id);
  } catch (error) {
    if (error instanceof UnprovedFileError || error instanceof TrustError) return error.message;
    throw error;
  }
}

function whatToType(id: string): string {
  return id.startsWith('undo-')
    ? `Ask for the way back again: npx firebreak undo ${id.replace(/^undo-|-\d+$/g, '')}`
    : 'Intake opens the case again within a minute; where it does not: npx firebreak doctor';
}

/** The view of a case with the state that is proved. A run that goes on shows what it does itself. */
export async function provedView(client: Client, prove: ProveState, view: CaseView): Promise<ShownView> {
  const said = finalStates.has(view.state) ? view.state : undefined;
  const how = endWord((await describeCase(client, view.id, view.run))?.status);
  if (said === undefined && how === undefined) return view;
  const {
    state,
    mode = view.mode,
    ended: reason = view.reason,
  } = await prove(client, {
    id: view.id,
    run: view.run,
    how,
    ...(said !== undefined && { said }),
  });
  return { ...view, state, mode, reason };
}
