import { type Observation, observationSchema, type SignedObservation } from '../model/observation.ts';
import { MalformedError, parsed } from '../model/parse.ts';
import type { Roster } from '../model/roster.ts';
import { SignatureError } from './errors.ts';
import { keyIdOf, verifyJson } from './signatures.ts';

/** Whether an observation is one that observe signed for this case and run. */
export type ObservationVerdict =
  | { readonly status: 'verified'; readonly observation: Observation }
  | { readonly status: 'refused'; readonly reason: string };

/** Verifies a signed observation. Refuses only for what is in it; anything else that goes wrong is thrown. */
export async function verifyObservation(
  signed: SignedObservation,
  { workers }: Pick<Roster, 'workers'>,
  { case: id, run }: { readonly case: string; readonly run: string },
): Promise<ObservationVerdict> {
  try {
    const kid = keyIdOf(signed, 'firebreak.observation.v1');
    const observer = workers.find((worker) => worker.id === kid && worker.role === 'observe');
    if (observer === undefined) return refused('the answer is not signed by observe');
    const said = await verifyJson(signed, 'firebreak.observation.v1', observer.publicKey);
    const observation = parsed(observationSchema, said, 'observation');
    if (observation.case !== id || observation.run !== run)
      return refused('the answer was given to another case or run');
    return { status: 'verified', observation };
  } catch (error) {
    if (error instanceof SignatureError || error instanceof MalformedError)
      return refused(`the answer is not signed by observe (${error.message})`);
    throw error;
  }
}

function refused(reason: string): ObservationVerdict {
  return { status: 'refused', reason };
}
