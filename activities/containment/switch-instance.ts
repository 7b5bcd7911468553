import { status } from '@grpc/grpc-js';
import { targetName } from '../../model/rails.ts';
import type { Action } from '../../model/plan.ts';
import type { RespondClients } from '../../runtime/google-clients.ts';
import { grpcCode, NotPossible } from '../google-errors.ts';
import { reasonHeader } from '../request-reason.ts';
import { instanceFields } from '../settings/instance-fields.ts';
import { callOptions, type Executor, gone, startedOperation } from './executor.ts';

/** Stops a Cloud Run instance, or starts it, with the etag just read. */
export function switchInstance({ instances }: Pick<RespondClients, 'instances'>): Executor {
  async function ask({ target, change }: Action, etag: string, reason: string, validateOnly: boolean) {
    const { runs, ...others } = change;
    const [other] = Object.keys(others);
    if (runs === undefined || other !== undefined)
      throw new NotPossible(`an instance is stopped or started, and nothing else: ${other ?? 'nothing is asked for'}`);
    const request = { name: targetName(target), etag, validateOnly };
    const options = { ...callOptions, ...reasonHeader(reason) };
    const [operation] = await (runs
      ? instances.startInstance(request, options)
      : instances.stopInstance(request, options));
    return startedOperation(operation);
  }

  return {
    async read(target) {
      try {
        const [instance] = await instances.getInstance({ name: targetName(target) }, callOptions);
        if ((instance.deleteTime ?? null) !== null) return gone;
        return {
          name: instance.name ?? '',
          fields: instanceFields(instance),
          etag: instance.etag ?? '',
          settled: instance.reconciling !== true,
        };
      } catch (error) {
        if (grpcCode(error) === status.NOT_FOUND) return gone;
        throw error;
      }
    },
    async validate(action, { etag }, reason) {
      await ask(action, etag, reason, true);
    },
    start: (action, { etag }, reason) => ask(action, etag, reason, false),
  };
}
