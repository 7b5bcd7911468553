import { retryDeadLetter } from '../../intake/handle-message.ts';
import { handlingTools } from '../../intake/handling-tools.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { withClient } from '../cases/with-client.ts';
import { say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { findLetter } from './find-letter.ts';

/** Handles dead letters again; answers the exit code: 1 where one is a dead letter still. Throws UserError where there is none of an id. */
export async function retryLetters(
  configuration: Configuration,
  ids: readonly string[],
  json: boolean,
): Promise<0 | 1> {
  const results = await withClient(configuration, async (client) => {
    const tools = handlingTools(configuration, client);
    const found: string[] = [];
    for (const id of ids) found.push(await findLetter(tools.deadLetters, id));
    const handled = [];
    for (const id of new Set(found)) {
      const { deliveries, notOurs, deadLetter } = await retryDeadLetter(id, tools);
      const reason = deadLetter === undefined ? undefined : (await tools.deadLetters.read(deadLetter.id)).reason;
      handled.push({
        id,
        cases: deliveries.map(({ caseId }) => caseId),
        notOurs,
        ...(reason !== undefined && { deadLetter: reason }),
      });
    }
    return handled;
  });
  if (json) sayJson(results);
  else {
    const paint = paintFor(process.stdout);
    for (const { id, cases, notOurs, deadLetter } of results) {
      if (deadLetter !== undefined) say(paint.bad(`${id.slice(0, 12)}: still a dead letter, ${shown(deadLetter)}`));
      for (const one of cases) say(`${id.slice(0, 12)}: taken by ${shown(one)}`);
      for (const reason of notOurs) say(`${id.slice(0, 12)}: not ours, ${shown(reason)}`);
    }
  }
  return results.some(({ deadLetter }) => deadLetter !== undefined) ? 1 : 0;
}
