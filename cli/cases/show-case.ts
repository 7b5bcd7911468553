import type { Configuration } from '../../runtime/configuration.ts';
import { type CheckedView, checkedView } from '../check/checked-view.ts';
import { ownKnowledge } from '../check/own-knowledge.ts';
import type { CheckedPlan } from '../check/check-plans.ts';
import { UserError } from '../../runtime/errors.ts';
import { casePage, type PageOptions } from '../page/case-page.ts';
import { planPage } from '../page/plan-page.ts';
import { screen } from '../page/screen.ts';
import { pageWidth, say, sayJson, tell } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { findCase } from './find-case.ts';
import { lookFirst } from './look-first.ts';
import { provedView, stateProver } from './proved-state.ts';
import { withClient } from './with-client.ts';
import { withNews } from './with-news.ts';

/** How much of a case is shown, and as what. */
export interface ShowOptions {
  /** All that is known of it. */
  readonly full?: boolean;
  /** This plan alone, whole. */
  readonly plan?: string;
  readonly json?: boolean;
  readonly typed: (words: string) => string;
}

/** Prints one case: on one screen where nothing else is asked for. Throws UserError where there is none, Temporal is away or no worker answers. */
export async function showCase(
  configuration: Configuration,
  id: string,
  { full, json, plan, typed }: ShowOptions,
): Promise<void> {
  const { view, proved } = await withClient(configuration, async (client) => {
    const found = await withNews(configuration, await lookFirst(client, await findCase(client, id)));
    return { view: found, proved: await provedView(client, stateProver(configuration), found) };
  });
  const checked = await checkedView(view, { ...(await ownKnowledge(configuration)), purpose: 'looking' });
  if (json === true) {
    // What the case says, as it says it, but for its state; what of that does not hold is no part of it.
    for (const { text } of checked.problems) tell(`does not hold: ${shown(text, 600)}`);
    return sayJson(proved);
  }
  const options: PageOptions = {
    width: pageWidth(),
    paint: paintFor(process.stdout),
    now: Date.now(),
    typed,
    ...(proved.state === 'ended-in-temporal' && { ended: proved.reason }),
  };
  for (const line of pageOf(checked, { full: full === true, plan }, options)) say(line);
}

function pageOf(
  checked: CheckedView,
  { full, plan }: { readonly full: boolean; readonly plan: string | undefined },
  options: PageOptions,
): string[] {
  if (plan !== undefined) return planPage(checked, planNamed(checked, plan), options);
  return full ? casePage(checked, options) : screen(checked, options);
}

function planNamed({ plans, view }: CheckedView, wanted: string): CheckedPlan {
  const found = plans.filter(({ offered: { id } }) => id === wanted || id.startsWith(`${wanted}-`));
  const [plan] = found;
  if (plan !== undefined && found.length === 1) return plan;
  const names = plans.map(({ offered: { id } }) => id);
  throw new UserError(
    `case ${shown(view.id, 300)} has no plan ${shown(wanted, 80)}${names.length === 0 ? '; it offers none now' : `. It has: ${names.join(', ')}`}`,
  );
}
