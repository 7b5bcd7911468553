import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { IllegalStateError } from '@temporalio/common';
import { type WorkflowBundle, workflowBundle } from '../worker/bundle.ts';
import { UnprovedFileError, UserError } from '../runtime/errors.ts';
import type { ArchiveIndex } from '../runtime/archive-index.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { KeptHistories } from '../runtime/kept-histories.ts';
import type { Roster } from '../model/roster.ts';
import { checkEvidence, type EvidenceVerdict } from './check-evidence.ts';
import { checkSignatures } from './check-signatures.ts';
import { fetchHistory, NoSuchHistoryError } from './fetch-history.ts';
import type { CaseVerdict } from './replay-verdict.ts';
import { replayCase } from './strict-replay.ts';

/** What a case is held against, besides the code. */
export interface AuditOptions {
  /** The verified trust document. */
  readonly roster: Roster;
  readonly evidence: Pick<EvidenceStore, 'get'>;
  /** Names the newest record of what a case changed. */
  readonly index: Pick<ArchiveIndex, 'read'>;
  /** Run of the one case that is named; else each case's latest. */
  readonly run?: string;
  /** The current code where none is given. */
  readonly bundle?: WorkflowBundle;
  /** Where to look for what Temporal has no longer. */
  readonly archive?: Pick<KeptHistories, 'read'>;
}

/**
 * Fetches the cases' histories, replays each with the current code, and checks signatures and evidence, one after the other; `report` gets each
 * verdict as it comes. True where all are ok.
 * @throws UserError where neither Temporal nor the archive has such a case, or what the archive has is damaged
 */
export async function replayCases(
  client: Client,
  ids: readonly string[],
  report: (verdict: CaseVerdict) => void,
  { roster, evidence: store, index, run, bundle, archive }: AuditOptions,
): Promise<boolean> {
  const runtime = quietRuntime();
  try {
    const code = bundle ?? (await workflowBundle());
    let ok = true;
    for (const id of ids) {
      const { history, source } = await historyOf(client, id, run, archive);
      const verdict = await replayCase(history, id, code);
      const signatures = await checkSignatures(history, verdict, roster);
      const evidence = await evidenceOf(id, history, store, index);
      const whole = verdict.ok && signatures.problems.length === 0 && evidence.problems.length === 0;
      report({ ...verdict, ok: whole, source, signatures, evidence });
      ok &&= whole;
    }
    return ok;
  } finally {
    // It ends by itself after a replay only; where there was none to make, it would keep the process.
    await runtime?.shutdown();
  }
}

/** An index entry that does not hold is a problem of its case, and no reason to leave the others unlooked at. */
async function evidenceOf(
  id: string,
  history: unknown,
  store: AuditOptions['evidence'],
  index: AuditOptions['index'],
): Promise<EvidenceVerdict> {
  try {
    return await checkEvidence(history, store, (await index.read(id))?.record);
  } catch (error) {
    if (!(error instanceof UnprovedFileError)) throw error;
    const { whole, problems } = await checkEvidence(history, store);
    const entry = { kind: 'archive-index', sha256: '', status: 'not-read', detail: error.message } as const;
    return { whole, problems: [...problems, entry] };
  }
}

async function historyOf(
  client: Client,
  id: string,
  run: string | undefined,
  archive: AuditOptions['archive'],
): Promise<{ history: unknown; source: CaseVerdict['source'] }> {
  try {
    return { history: await fetchHistory(client, id, run), source: 'temporal' };
  } catch (error) {
    if (!(error instanceof NoSuchHistoryError) || archive === undefined) throw error;
    const history = await archive.read(id, run);
    if (history !== undefined) return { history, source: 'archive' };
    throw new UserError(`${error.message}. The archive has not kept it either`, 1, { cause: error });
  }
}

/** A divergence is our answer; the SDK need not log it as well. */
function quietRuntime(): Runtime | undefined {
  try {
    return Runtime.install({
      logger: new DefaultLogger('ERROR', () => {}),
      telemetryOptions: { logging: { forward: {}, filter: 'OFF' } },
      shutdownSignals: [],
    });
  } catch (error) {
    // A process that runs a worker as well has one already.
    if (error instanceof IllegalStateError) return undefined;
    throw error;
  }
}
