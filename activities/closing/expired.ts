import { Context, getClient } from '@temporalio/activity';

/** Servers of one cluster may differ so much in their clocks, milliseconds. */
const clockTolerance = 5_000;

/**
 * Why a run has not waited as long as a case waits for people, by Temporal's own clock for both ends; null where it has. Who holds a connection to
 * Temporal can let a run wait, and cannot make one older than it is.
 */
export async function whyNotExpired(caseId: string, run: string, expirySeconds: number): Promise<string | null> {
  const { startTime } = await getClient().workflow.getHandle(caseId, run).describe();
  const open = Context.current().info.scheduledTimestampMs - startTime.getTime();
  return open + clockTolerance >= expirySeconds * 1000
    ? null
    : `it was open for ${Math.floor(open / 1000)} s, and people have ${expirySeconds} s (FIREBREAK_EXPIRY_SECONDS of observe)`;
}
