import { Command, Option } from 'commander';
import { usualRoles, type WorkerRole, workerRoles } from '../../runtime/task-queues.ts';
import { configurationOf } from '../globals.ts';
import { tell } from '../terminal/output.ts';

/** `firebreak worker`: executes cases and their activities until it is told to stop. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('run a worker: the cases themselves, and what they ask of the outside')
    .addOption(
      new Option(
        '--role <role...>',
        'what it does (default: all that are installed); in production one process a role, each with its own identity',
      ).choices(workerRoles),
    )
    .addHelpText('after', '\nExample:\n  npx firebreak worker --role cases --role observe')
    .action(async ({ role }: { role?: WorkerRole[] }, command: Command) => {
      const configuration = await configurationOf(command);
      const [{ runWorker }, { stopOnSignals }] = await Promise.all([
        import('../../worker/main.ts'),
        import('../../local/stop-signals.ts'),
      ]);
      await runWorker(configuration, [...new Set(role ?? usualRoles(configuration))], stopOnSignals(tell));
    });
}
