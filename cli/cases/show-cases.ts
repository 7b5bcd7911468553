import type { CaseState, CaseSummary } from '../../model/case.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { pageWidth, say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { caseTable } from './case-table.ts';
import { listCases } from './list-cases.ts';
import { shortIds } from './short-ids.ts';
import { withClient } from './with-client.ts';

/** Prints the list of cases. Throws UserError where Temporal does not answer. */
export async function showCases(
  configuration: Configuration,
  options: { readonly state: CaseState | undefined; readonly json: boolean; readonly typed: (words: string) => string },
): Promise<void> {
  const { state, json, typed } = options;
  const all = await withClient(configuration, listCases);
  const cases = state === undefined ? all : all.filter((one) => one.state === state);
  if (json) return sayJson(cases);
  const [first] = cases;
  if (first === undefined) {
    say(state === undefined ? 'There are no cases.' : `No case is ${state}; there are ${all.length} in all.`);
    return;
  }
  const paint = paintFor(process.stdout);
  const short = shortIds(all.map(({ id }) => id));
  for (const line of caseTable(cases, { width: pageWidth(), paint, now: Date.now(), short })) say(line);
  say();
  const example: CaseSummary = cases.find((one) => one.state === 'proposed') ?? first;
  const id = short.get(example.id) ?? example.id;
  say(
    `${example.state === 'proposed' ? 'Look at what waits for a decision' : 'Look at one'} with: ${paint.strong(typed(`case ${id}`))}`,
  );
}
