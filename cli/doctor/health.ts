import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { usualRoles, workerRoles } from '../../runtime/task-queues.ts';
import { askSandbox } from '../sandbox/control-api.ts';

/** What runs in a container: a worker of one role or of all, or another process. */
export const processKinds = [...workerRoles, 'worker', 'intake', 'sandbox'] as const;
export type ProcessKind = (typeof processKinds)[number];

/**
 * Says nothing where the process of that kind in this container works. A worker: Temporal hears it on each of its task queues. Intake and the
 * archive: Temporal answers for the namespace, without which they can do nothing. The sandbox: it answers. Throws UserError with what does not work.
 */
export async function checkHealth(configuration: Configuration, kind: ProcessKind): Promise<void> {
  if (kind === 'sandbox') {
    if (configuration.sandbox === undefined) throw new UserError('FIREBREAK_SANDBOX is not set', 2);
    await askSandbox(`${configuration.sandbox.host}:${configuration.sandbox.port}`, 'GET', '/health');
    return;
  }
  // Loaded here only: it takes longer than all the rest.
  const { checkNamespace, checkPollers } = await import('./health-temporal.ts');
  if (kind === 'intake' || kind === 'archive') await checkNamespace(configuration);
  else await checkPollers(configuration, kind === 'worker' ? usualRoles(configuration) : [kind]);
}
