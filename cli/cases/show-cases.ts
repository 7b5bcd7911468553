import type { CaseSummary, ShownState } from '../../model/case.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { pageWidth, say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { caseTable } from './case-table.ts';
import { listCases } from './list-cases.ts';
import { stateProver } from './proved-state.ts';
import { shortIds } from './short-ids.ts';
import { haltWords } from '../../runtime/halt.ts';
import { messageOf } from '../../runtime/errors.ts';
import { standingHalt } from '../halt/standing-halt.ts';
import { shown } from '../terminal/shown.ts';
import { withClient } from './with-client.ts';

/** So many that ended otherwise than Firebreak ends cases are explained; --json has all. */
const mostNamed = 10;

/** Prints the list of cases. Throws UserError where Temporal does not answer. */
export async function showCases(
  configuration: Configuration,
  options: {
    readonly state: ShownState | undefined;
    readonly json: boolean;
    readonly typed: (words: string) => string;
  },
): Promise<void> {
  const { state, json, typed } = options;
  const all = await withClient(configuration, (client) => listCases(client, stateProver(configuration)));
  const cases = state === undefined ? all : all.filter((one) => one.state === state);
  if (json) return sayJson(cases);
  await sayHalt(configuration, typed);
  const [first] = cases;
  if (first === undefined) {
    say(state === undefined ? 'There are no cases.' : `No case is ${state}; there are ${all.length} in all.`);
    return;
  }
  const paint = paintFor(process.stdout);
  const short = shortIds(all.map(({ id }) => id));
  for (const line of caseTable(cases, { width: pageWidth(), paint, now: Date.now(), short })) say(line);
  for (const { id, ended } of cases.filter((one) => one.ended !== undefined).slice(0, mostNamed))
    say(paint.bad(`${short.get(id) ?? id}: ${shown(ended ?? '', 600)}`));
  say();
  const example: CaseSummary = cases.find((one) => one.state === 'proposed') ?? first;
  const id = short.get(example.id) ?? example.id;
  say(
    `${example.state === 'proposed' ? 'Look at what waits for a decision' : 'Look at one'} with: ${paint.strong(typed(`case ${id}`))}`,
  );
}

/** Above the list, since it is about all of them. */
async function sayHalt(configuration: Configuration, typed: (words: string) => string): Promise<void> {
  const paint = paintFor(process.stdout);
  try {
    const halt = await standingHalt(configuration);
    if (halt === null) return;
    say(
      paint.attention(`All changes are ${shown(haltWords(halt), 400)}. Go on with: ${typed('resume --reason "why"')}`),
    );
  } catch (error) {
    say(paint.bad(`Nothing is changed: ${shown(messageOf(error), 400)}`));
  }
  say();
}
