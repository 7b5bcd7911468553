import { Command } from 'commander';
import { configurationOf } from '../globals.ts';
import { tell } from '../terminal/output.ts';

/** `firebreak intake`: turns notifications into cases until it is told to stop. */
export function intakeCommand(): Command {
  return new Command('intake')
    .description('run intake: pulls notifications from Pub/Sub and makes each a case')
    .addHelpText(
      'after',
      '\nExample:\n  FIREBREAK_SCC_PARENTS=organizations/123456789012 FIREBREAK_SUBSCRIPTION=projects/my-project/subscriptions/firebreak npx firebreak intake',
    )
    .action(async (_options: object, command: Command) => {
      const configuration = await configurationOf(command);
      const [{ runIntake }, { stopOnSignals }] = await Promise.all([
        import('../../intake/main.ts'),
        import('../../local/stop-signals.ts'),
      ]);
      await runIntake(configuration, stopOnSignals(tell));
    });
}
