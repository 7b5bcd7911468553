import { Command } from 'commander';
import { configurationOf, globalsOf } from '../globals.ts';
import { portOption } from '../port-option.ts';
import { realityOption } from '../reality-option.ts';
import { readReality, realityHelp } from '../../sandbox/kernel/reality.ts';

/** Where `up` has its sandbox, if nothing else is said. */
const defaultPort = 7610;

/** `firebreak sandbox`: the Google Cloud of this machine alone, and what can be told to it. */
export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('run the sandbox alone: a Google Cloud and a VirusTotal on this machine')
    .addOption(portOption(`the first of its ten ports (${defaultPort} where none is given)`))
    .addOption(realityOption())
    .addHelpText(
      'after',
      `\n${realityHelp()}\n` +
        '\nExamples:\n  npx firebreak sandbox --port 7700\n  npx firebreak sandbox --reality etag=enforced --reality update=quick\n  npx firebreak sandbox publish finding.json',
    )
    .action(async ({ port, reality }: { port?: number; reality: string[] }, command: Command) => {
      const { runSandbox } = await import('../sandbox/run-sandbox.ts');
      await runSandbox(globalsOf(command).stateDir, port ?? defaultPort, readReality(reality));
    })
    .addCommand(publishCommand());
}

function publishCommand(): Command {
  return new Command('publish')
    .description('make findings exist in the sandbox’s SCC, and send them over its Pub/Sub')
    .argument('<file...>', 'JSON: {finding, resource}, or a notification; - reads standard input')
    .addHelpText(
      'after',
      '\nThe sandbox is the one of --port, of FIREBREAK_SANDBOX, or of the system that runs on the state folder.\n\nExample:\n  npx firebreak sandbox publish finding.json',
    )
    .action(async (files: string[], _options: object, command: Command) => {
      const { port } = command.optsWithGlobals<{ port?: number }>();
      const { sandbox } = await configurationOf(command);
      const { publishFiles } = await import('../sandbox/publish-files.ts');
      const known = sandbox === undefined ? `127.0.0.1:${defaultPort}` : `${sandbox.host}:${sandbox.port}`;
      await publishFiles(port === undefined ? known : `127.0.0.1:${port}`, files);
    });
}
