import { Command, InvalidArgumentError } from 'commander';
import { type ShownState, shownStates } from '../../model/case.ts';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak cases`: what is going on. */
export function casesCommand(): Command {
  return new Command('cases')
    .description('list the cases, the last changed first')
    .option('--state <state>', `only those in one state: ${shownStates.join(', ')}`, stateNamed)
    .option('--json', 'as JSON: an array of CaseSummary (model/case.ts)')
    .addHelpText('after', '\nExample:\n  npx firebreak cases --state proposed')
    .action(async ({ state, json }: { state?: ShownState; json?: true }, command: Command) => {
      const { showCases } = await import('../cases/show-cases.ts');
      await showCases(await configurationOf(command), { state, json: json === true, typed: typed(command) });
    });
}

function stateNamed(text: string): ShownState {
  const state = shownStates.find((known) => known === text);
  if (state === undefined) throw new InvalidArgumentError(`The states are: ${shownStates.join(', ')}.`);
  return state;
}
