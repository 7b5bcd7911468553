import { Context } from '@temporalio/activity';
import type { Observation, Sealed, Seen } from '../model/observation.ts';
import { signJson, type SigningKey } from '../runtime/signatures.ts';

/** Signs what an activity of observe saw, for the case that asked; once an activity. */
export type Seal = <T>(value: T, seen: Seen) => Promise<Sealed<T>>;

/** Seals with observe's key. The case is the workflow that the server says asks, whatever the request says. */
export function sealer(key: SigningKey): Seal {
  return async (value, seen) => {
    const { workflowExecution } = Context.current().info;
    const observation: Observation = {
      type: 'firebreak.observation.v1',
      case: workflowExecution?.workflowId ?? '',
      run: workflowExecution?.runId ?? '',
      at: new Date().toISOString(),
      ...seen,
    };
    return { value, seal: await signJson(observation, 'firebreak.observation.v1', key) };
  };
}
