import type { Configuration } from '../../runtime/configuration.ts';
import { checkedView } from '../check/checked-view.ts';
import { ownKnowledge } from '../check/own-knowledge.ts';
import { casePage } from '../page/case-page.ts';
import { pageWidth, say, sayJson, tell } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { findCase } from './find-case.ts';
import { provedView, stateProver } from './proved-state.ts';
import { withClient } from './with-client.ts';

/** Prints one case. Throws UserError where there is none, Temporal is away or no worker answers. */
export async function showCase(
  configuration: Configuration,
  id: string,
  { json, typed }: { readonly json: boolean; readonly typed: (words: string) => string },
): Promise<void> {
  const { view, proved } = await withClient(configuration, async (client) => {
    const found = await findCase(client, id);
    return { view: found, proved: await provedView(client, stateProver(configuration), found) };
  });
  const checked = await checkedView(view, { ...(await ownKnowledge(configuration)), purpose: 'looking' });
  if (json) {
    // What the case says, as it says it, but for its state; what of that does not hold is no part of it.
    for (const { text } of checked.problems) tell(`does not hold: ${shown(text, 600)}`);
    return sayJson(proved);
  }
  const page = casePage(checked, {
    width: pageWidth(),
    paint: paintFor(process.stdout),
    now: Date.now(),
    typed,
    ...(proved.state === 'ended-in-temporal' && { ended: proved.reason }),
  });
  for (const line of page) say(line);
}
