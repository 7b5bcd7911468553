import { Command, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { analystCommand } from './commands/analyst.ts';
import { approveCommand } from './commands/approve.ts';
import { auditCommand } from './commands/audit.ts';
import { caseCommand } from './commands/case.ts';
import { casesCommand } from './commands/cases.ts';
import { checkCommand } from './commands/check.ts';
import { contractCommand } from './commands/contract.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { detectorsCommand } from './commands/detectors.ts';
import { dismissCommand } from './commands/dismiss.ts';
import { doctorCommand } from './commands/doctor.ts';
import { haltCommand } from './commands/halt.ts';
import { handOverCommand } from './commands/hand-over.ts';
import { intakeCommand } from './commands/intake.ts';
import { lookAgainCommand } from './commands/look-again.ts';
import { permissionsCommand } from './commands/permissions.ts';
import { preflightCommand } from './commands/preflight.ts';
import { reopenCommand } from './commands/reopen.ts';
import { resumeCommand } from './commands/resume.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { submitCommand } from './commands/submit.ts';
import { undoCommand } from './commands/undo.ts';
import { upCommand } from './commands/up.ts';
import { workerCommand } from './commands/worker.ts';
import { exitCodeOf, linesShown, reportFailure } from './failure.ts';
import { defaultStateDir } from './globals.ts';
import { endWithReader } from './terminal/output.ts';

/** Runs the command that this process was started with. What goes wrong is said on standard error; the exit code says how it ended. */
export async function runProgram(): Promise<void> {
  endWithReader();
  const program = createProgram();
  try {
    await program.parseAsync();
  } catch (error) {
    reportFailure(error, program.opts<{ stack?: boolean }>().stack === true);
    process.exitCode = exitCodeOf(error);
  }
}

/**
 * The whole command line. Commands load what they work with when they are run, so that this stays quick. Parsing throws a CommanderError
 * instead of ending the process.
 */
export function createProgram(): Command {
  const program = new Command('firebreak')
    .description('Answers Cloud Run threat findings with durable, approved, reversible containment')
    .version(manifest.version)
    .addOption(
      new Option('--state-dir <dir>', 'folder of the system to start or to talk to')
        .default(defaultStateDir)
        .env('FIREBREAK_STATE_DIR'),
    )
    .option('--stack', 'with an error, also say where in the code it was thrown')
    .addHelpText(
      'after',
      `
Examples:
  npx firebreak up                 start everything on this machine, with a demonstration
  npx firebreak cases              what is going on
  npx firebreak case ID            one case, and what to type next

Exit codes: 0 done, 1 refused or not so, 2 wrong use or configuration; submit has more.`,
    );
  const commands = [
    upCommand(),
    casesCommand(),
    caseCommand(),
    checkCommand(),
    approveCommand(),
    dismissCommand(),
    handOverCommand(),
    undoCommand(),
    reopenCommand(),
    lookAgainCommand(),
    haltCommand(),
    resumeCommand(),
    analystCommand(),
    submitCommand(),
    deadLettersCommand(),
    detectorsCommand(),
    doctorCommand(),
    preflightCommand(),
    contractCommand(),
    permissionsCommand(),
    auditCommand(),
    workerCommand(),
    intakeCommand(),
    sandboxCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands, ...commands.flatMap(({ commands: below }) => below)]) {
    command
      .exitOverride()
      // What was typed may have been copied from anywhere, and is quoted in the message.
      .configureOutput({ outputError: (text, write) => write(linesShown(text)) })
      .showHelpAfterError('Add --help to see how it is used.')
      .configureHelp({ showGlobalOptions: true });
  }
  return program;
}
