import { Command, InvalidArgumentError, Option } from 'commander';
import { type ApproverRole, approverRoles } from '../../model/roster.ts';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak analyst`: who may decide. Embedded default only; in production the roster is a reviewed file. */
export function analystCommand(): Command {
  return new Command('analyst')
    .description(
      'say who may decide (for the system of this machine; in production the roster is a reviewed, signed file)',
    )
    .addHelpText('after', '\nExample:\n  npx firebreak analyst add ana --role approver')
    .addCommand(addCommand())
    .addCommand(renewCommand())
    .addCommand(listCommand());
}

function addCommand(): Command {
  return new Command('add')
    .description('make a key for a person, and put the person on the signed roster')
    .argument('<name>', 'lower-case letters, digits, dots, dashes and underscores', analystName)
    .addOption(new Option('--role <role...>', 'what the person may do').choices(approverRoles).makeOptionMandatory())
    .addOption(new Option('--days <n>', 'how long the key is good').argParser(days).default(365))
    .option(
      '--person <id>',
      'who it is, such as an e-mail address, where one person decides under several names: a quorum counts people (default: the name)',
      personId,
    )
    .addHelpText('after', '\nExample:\n  npx firebreak analyst add ana --role approver --days 90')
    .action(async (name: string, { role, ...given }: AddOptions, command: Command) => {
      const { addAnalyst } = await import('../analysts/add-analyst.ts');
      const { paths } = await configurationOf(command);
      await addAnalyst(paths, { name, roles: [...new Set(role)], ...given, typed: typed(command) });
    });
}

interface AddOptions {
  readonly role: ApproverRole[];
  readonly days: number;
  readonly person?: string;
}

function renewCommand(): Command {
  return new Command('renew')
    .description('make a new key for somebody who is on the roster; the one before signs nothing any more')
    .argument('<name>', 'as on the roster', analystName)
    .addOption(new Option('--days <n>', 'how long the key is good').argParser(days).default(365))
    .addHelpText('after', '\nExample:\n  npx firebreak analyst renew ana')
    .action(async (name: string, given: { days: number }, command: Command) => {
      const { renewAnalyst } = await import('../analysts/renew-analyst.ts');
      const { paths } = await configurationOf(command);
      await renewAnalyst(paths, { name, ...given, typed: typed(command) });
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('list who may decide, by the signed roster')
    .option('--json', 'as JSON: an array of Approver (model/roster.ts)')
    .addHelpText('after', '\nExample:\n  npx firebreak analyst list')
    .action(async ({ json }: { json?: true }, command: Command) => {
      const { listAnalysts } = await import('../analysts/list-analysts.ts');
      await listAnalysts(await configurationOf(command), { json: json === true, typed: typed(command) });
    });
}

function analystName(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'A name begins with a lower-case letter or digit, and has only those, dots, dashes and underscores (64 at most).',
  );
}

function personId(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/.test(text)) return text;
  throw new InvalidArgumentError('It has only letters, digits and . _ @ + - (128 at most).');
}

function days(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 3_650)
    throw new InvalidArgumentError('It must be a whole number of days from 1 to 3650.');
  return count;
}
