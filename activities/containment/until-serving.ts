import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { ServicesClient } from '@google-cloud/run';
import { describeTraffic, type Fields, type TemplateField } from '../../model/fields.ts';
import { messageOf, FirebreakError } from '../../runtime/errors.ts';
import { later } from '../later.ts';
import { serviceFields, shortName } from '../settings/service-fields.ts';
import { callOptions, type StartedOperation } from './executor.ts';

/** The new revision does not serve, so the one that was to go still does. For good: Cloud Run has stopped trying. */
export class NotServing extends FirebreakError {
  readonly code = status.FAILED_PRECONDITION;
}

const lookEvery = 500;
const mostLooks = 120;

/**
 * Waits until the operation has ended and the service has settled: an operation that ended well does not yet say that the new revision serves.
 * Throws NotServing, with what serves instead, where it is not ready; the operation's own error where it is ready all the same.
 */
export async function untilServing(
  services: ServicesClient,
  name: string,
  wanted: TemplateField,
  operation: StartedOperation,
): Promise<void> {
  const failure = await operation.ended().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const service = await settled(services, name);
  if (shortName(service.latestReadyRevision) !== wanted.revision) {
    const reason = service.terminalCondition?.message || (failure && messageOf(failure.error)) || 'no reason given';
    throw new NotServing(notServing(wanted, reason, serviceFields(service)));
  }
  if (failure !== undefined) throw failure.error;
}

/** Where the change was begun and its revision is not ready, as Cloud Run has settled: that in words; undefined where it is otherwise. */
export function whyBegunInVain({ template: wanted }: Fields, live: Fields): string | undefined {
  if (wanted === undefined || wanted.revision !== live.template?.revision || live.template.ready !== false) return;
  return `the change was begun and has failed: ${notServing(wanted, 'the answer with the reason was lost', live)}`;
}

function notServing({ revision }: TemplateField, reason: string, { traffic = [] }: Fields): string {
  return `the new revision ${revision} is not ready (${reason}). The compromised revision still serves if it did before: now ${describeTraffic(traffic)}`;
}

async function settled(services: ServicesClient, name: string) {
  for (let look = 0; look < mostLooks; look += 1) {
    const [service] = await services.getService({ name }, callOptions);
    if (service.reconciling !== true) return service;
    await sleep(lookEvery);
  }
  throw later('working', 'Cloud Run still works on the new revision', 5_000);
}
