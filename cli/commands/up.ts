import { Command } from 'commander';
import { globalsOf, typed } from '../globals.ts';
import { portOption } from '../port-option.ts';
import { realityOption } from '../reality-option.ts';
import { realityHelp } from '../../sandbox/kernel/reality.ts';

/** `firebreak up`: everything on this machine. */
export function upCommand(): Command {
  return new Command('up')
    .description('start everything on this machine: Temporal, the sandbox, intake and worker; Ctrl-C stops it')
    .addOption(portOption('the first of its twenty ports (as last time on this state folder; 7600 the first time)'))
    .option('--no-demo', 'do not publish the findings of the demonstration')
    .addOption(realityOption())
    .addHelpText(
      'after',
      `\n${realityHelp()}\n` +
        '\nExamples:\n  npx firebreak up\n  npx firebreak up --state-dir .firebreak-2 --port 7700\n\n' +
        'It ends with its terminal, with npm and with npx, under nohup too: Node does not inherit that a signal is ignored.\n' +
        'To keep it running, start it in a session of its own (setsid, tmux) or as a service.',
    )
    .action(async ({ port, demo, reality }: { port?: number; demo: boolean; reality: string[] }, command: Command) => {
      const { runUp } = await import('../up/run-up.ts');
      await runUp({ stateDir: globalsOf(command).stateDir, port, demo, reality, typed: typed(command) });
    });
}
