import { status } from '@grpc/grpc-js';
import { Context, heartbeat } from '@temporalio/activity';
import type { Action, ServiceFields } from '../model/plan.ts';
import { differences } from '../model/service-fields.ts';
import type { RespondClients } from '../runtime/google-clients.ts';
import { grpcCode, isPassing } from './google-errors.ts';
import { fieldsOf, toService } from './service-fields.ts';

/** A service as just read: the fields that plans speak of, and the etag to change it with. */
export interface LiveService {
  readonly name: string;
  readonly etag: string;
  readonly fields: ServiceFields;
  /** False while Cloud Run still works on an earlier change. */
  readonly settled: boolean;
}

/** How a change ended, with the fields read back. */
export type ServiceChange =
  | { readonly status: 'done'; readonly operation: string; readonly fields: ServiceFields }
  | { readonly status: 'failed'; readonly operation: string; readonly fields: ServiceFields; readonly detail: string };

type Services = RespondClients['services'];

const callOptions = { timeout: 15_000, retry: null } as const;

/** An operation that ends in an error which may pass is started again so often. */
const mostAttempts = 5;

/** Reads a service live; null where it is gone. */
export async function readService(services: Services, target: Action['target']): Promise<LiveService | null> {
  const name = `projects/${target.project}/locations/${target.location}/services/${target.service}`;
  try {
    const [service] = await services.getService({ name }, callOptions);
    return { name, etag: service.etag ?? '', fields: fieldsOf(service), settled: service.reconciling !== true };
  } catch (error) {
    if (grpcCode(error) === status.NOT_FOUND) return null;
    throw error;
  }
}

/**
 * Writes the action's change over the service as just read, waits for the operation, reads back. An etag conflict and whatever passes is
 * thrown, so that the next attempt reads first. What Cloud Run refuses for good is answered as failed.
 */
export async function changeService(
  services: Services,
  action: Action,
  live: LiveService,
  decisions: readonly string[],
): Promise<ServiceChange> {
  const { service, paths } = toService(action.change);
  const request = { service: { ...service, name: live.name, etag: live.etag }, updateMask: { paths } };
  // Cloud Audit Logs keep this header, so that Google's own record names the decision.
  const otherArgs = { headers: { 'x-goog-request-reason': `firebreak decision ${decisions.join(' ')}` } };
  let operation = '';
  try {
    await services.updateService({ ...request, validateOnly: true }, { ...callOptions, otherArgs });
    heartbeat('validated');
    const [started] = await services.updateService(request, { ...callOptions, otherArgs });
    operation = started.name ?? '';
    heartbeat(operation);
    await finished(started);
  } catch (error) {
    if (isPassing(error) && (operation === '' || Context.current().info.attempt < mostAttempts)) throw error;
    const after = await readService(services, action.target);
    const fields = after?.fields ?? {};
    // The change is in place, though its operation could not be followed to the end.
    if (operation !== '' && after?.settled === true && differences(action.change, fields).length === 0)
      return { status: 'done', operation, fields };
    const detail = error instanceof Error ? error.message : String(error);
    return { status: 'failed', operation, fields, detail: detail.slice(0, 500) };
  }
  const after = await readService(services, action.target);
  const missing = after === null ? ['the service is gone'] : differences(action.change, after.fields);
  const fields = after?.fields ?? {};
  if (missing.length > 0)
    return { status: 'failed', operation, fields, detail: `after the change: ${missing.join('; ')}` };
  return { status: 'done', operation, fields };
}

/** Waits for a long-running operation with heartbeats, so that a lost worker is noticed while Cloud Run still works. */
async function finished(operation: { promise(): Promise<unknown> }): Promise<void> {
  const beat = setInterval(() => heartbeat('operation under way'), 5_000);
  try {
    await operation.promise();
  } finally {
    clearInterval(beat);
  }
}
