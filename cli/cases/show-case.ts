import type { Configuration } from '../../runtime/configuration.ts';
import { casePage } from '../page/case-page.ts';
import { pageWidth, say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { findCase } from './find-case.ts';
import { provedView, stateProver } from './proved-state.ts';
import { withClient } from './with-client.ts';

/** Prints one case. Throws UserError where there is none, Temporal is away or no worker answers. */
export async function showCase(
  configuration: Configuration,
  id: string,
  { json, typed }: { readonly json: boolean; readonly typed: (words: string) => string },
): Promise<void> {
  const view = await withClient(configuration, async (client) =>
    provedView(client, stateProver(configuration), await findCase(client, id)),
  );
  if (json) return sayJson(view);
  const page = casePage(view, { width: pageWidth(), paint: paintFor(process.stdout), now: Date.now(), typed });
  for (const line of page) say(line);
}
