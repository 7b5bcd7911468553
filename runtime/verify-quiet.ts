import type { SignedObservation } from '../model/observation.ts';
import type { Plan, Target } from '../model/plan.ts';
import { targetName } from '../model/rails.ts';
import type { Roster } from '../model/roster.ts';
import { verifyObservation } from './verify-observation.ts';

/** Why observe has not seen what a plan changed quiet for as long as the plan says, since the change (milliseconds since the epoch); null where it has. */
export async function whyNotQuiet(
  plan: Plan,
  target: Target,
  seal: SignedObservation | undefined,
  roster: Roster,
  since: number,
): Promise<string | null> {
  if (seal === undefined) return 'it waits for quiet, and no answer signed by observe says that it was';
  const seen = await verifyObservation(seal, roster, plan);
  if (seen.status === 'refused') return `whether it was quiet is not known: ${seen.reason}`;
  const { quiet } = seen.observation;
  if (quiet === undefined || !quiet.quiet) return 'observe has not seen it quiet';
  const { revision } = plan.watch;
  const same =
    targetName(quiet.resource).toLowerCase() === targetName(target).toLowerCase() && quiet.revision === revision;
  if (!same) return 'what observe has seen quiet is something else';
  if (!(quiet.quietSeconds >= plan.watch.quietSeconds))
    return `observe has seen it quiet for ${quiet.quietSeconds} s only`;
  return Date.parse(quiet.since) >= since ? null : 'it was seen quiet before the change, and not since';
}
