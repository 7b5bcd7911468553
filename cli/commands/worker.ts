import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Configuration } from '../../runtime/configuration.ts';
import { type WorkerRole, workerRoles } from '../../runtime/task-queues.ts';
import { configurationOf } from '../globals.ts';
import { tell } from '../terminal/output.ts';

/** `firebreak worker`: executes cases and their activities until it is told to stop. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('run a worker: the cases themselves, and what they ask of the outside')
    .addOption(
      new Option('--role <role...>', 'what it does; in production one process a role, each with its own identity')
        .choices(workerRoles)
        .default(workerRoles),
    )
    .addHelpText('after', '\nExample:\n  npx firebreak worker --role cases --role observe')
    .action(async ({ role }: { role: WorkerRole[] }, command: Command) => {
      const configuration = await configurationOf(command);
      if (role.includes('respond')) await checkReceiptKey(configuration);
      const [{ runWorker }, { stopOnSignals }] = await Promise.all([
        import('../../worker/main.ts'),
        import('../../local/stop-signals.ts'),
      ]);
      await runWorker(configuration, [...new Set(role)], stopOnSignals(tell));
    });
}

/** A worker that cannot sign would change Cloud Run and could not say so: it does not begin. Throws UserError. */
async function checkReceiptKey({ paths }: Configuration): Promise<void> {
  const { readSigningKey } = await import('../../runtime/signing-key-file.ts');
  await readSigningKey(join(paths.keys, 'respond.json'));
}
