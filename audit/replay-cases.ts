import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { IllegalStateError } from '@temporalio/common';
import { type WorkflowBundle, workflowBundle } from '../worker/bundle.ts';
import { fetchHistory } from './fetch-history.ts';
import type { ReplayVerdict } from './replay-verdict.ts';
import { replayCase } from './strict-replay.ts';

/** What to replay, where it is not each case's latest run with the current code. */
export interface ReplayOptions {
  /** Run of the one case that is named. */
  readonly run?: string;
  readonly bundle?: WorkflowBundle;
}

/**
 * Fetches the cases' histories and replays each with the current code, one after the other; `report` gets each verdict as it comes. True where
 * none diverged.
 * @throws UserError where Temporal has no such case
 */
export async function replayCases(
  client: Client,
  ids: readonly string[],
  report: (verdict: ReplayVerdict) => void,
  { run, bundle }: ReplayOptions = {},
): Promise<boolean> {
  quietRuntime();
  const code = bundle ?? (await workflowBundle());
  let ok = true;
  for (const id of ids) {
    const verdict = await replayCase(await fetchHistory(client, id, run), id, code);
    report(verdict);
    ok &&= verdict.ok;
  }
  return ok;
}

/** A divergence is our answer; the SDK need not log it as well. */
function quietRuntime(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => {}),
      telemetryOptions: { logging: { forward: {}, filter: 'OFF' } },
      shutdownSignals: [],
    });
  } catch (error) {
    // A process that runs a worker as well has one already.
    if (!(error instanceof IllegalStateError)) throw error;
  }
}
