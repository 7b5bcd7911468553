import { Command } from 'commander';
import { UserError } from '../../runtime/errors.ts';
import { configurationOf } from '../globals.ts';

/** `firebreak doctor`: whether everything is there that is needed. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'look whether everything works on this machine, and say what to do where it does not; changes nothing (preflight looks at a real project)',
    )
    .option('--json', 'as JSON: an array of {name, status, detail, todo}')
    .option(
      '--health [process]',
      'for a container: only whether its process works, without a word (FIREBREAK_PROCESS names it: cases, intake, …)',
    )
    .addHelpText('after', '\nExamples:\n  npx firebreak doctor\n  npx firebreak doctor --health intake')
    .action(async ({ json, health }: { json?: true; health?: string | true }, command: Command) => {
      if (health !== undefined)
        return checkProcess(health === true ? process.env['FIREBREAK_PROCESS'] : health, command);
      const { examine } = await import('../doctor/examine.ts');
      process.exitCode = await examine(await configurationOf(command), json === true);
    });
}

async function checkProcess(name: string | undefined, command: Command): Promise<void> {
  const { checkHealth, processKinds } = await import('../doctor/health.ts');
  const kind = processKinds.find((known) => known === name);
  if (kind === undefined)
    throw new UserError(
      `doctor --health: name the process that runs here: ${processKinds.join(', ')} (or set FIREBREAK_PROCESS)`,
      2,
    );
  await checkHealth(await configurationOf(command), kind);
}
