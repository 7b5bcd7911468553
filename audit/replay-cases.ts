import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { IllegalStateError } from '@temporalio/common';
import { type WorkflowBundle, workflowBundle } from '../worker/bundle.ts';
import { UserError } from '../runtime/errors.ts';
import type { KeptHistories } from '../runtime/kept-histories.ts';
import { fetchHistory, NoSuchHistoryError } from './fetch-history.ts';
import type { CaseVerdict } from './replay-verdict.ts';
import { replayCase } from './strict-replay.ts';

/** What to replay, where it is not each case's latest run with the current code. */
export interface ReplayOptions {
  /** Run of the one case that is named. */
  readonly run?: string;
  readonly bundle?: WorkflowBundle;
  /** Where to look for what Temporal has no longer. */
  readonly archive?: Pick<KeptHistories, 'read'>;
}

/**
 * Fetches the cases' histories and replays each with the current code, one after the other; `report` gets each verdict as it comes. True where
 * none diverged.
 * @throws UserError where neither Temporal nor the archive has such a case, or what the archive has is damaged
 */
export async function replayCases(
  client: Client,
  ids: readonly string[],
  report: (verdict: CaseVerdict) => void,
  { run, bundle, archive }: ReplayOptions = {},
): Promise<boolean> {
  const runtime = quietRuntime();
  try {
    const code = bundle ?? (await workflowBundle());
    let ok = true;
    for (const id of ids) {
      const { history, source } = await historyOf(client, id, run, archive);
      const verdict = await replayCase(history, id, code);
      report({ ...verdict, source });
      ok &&= verdict.ok;
    }
    return ok;
  } finally {
    // It ends by itself after a replay only; where there was none to make, it would keep the process.
    await runtime?.shutdown();
  }
}

async function historyOf(
  client: Client,
  id: string,
  run: string | undefined,
  archive: ReplayOptions['archive'],
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
