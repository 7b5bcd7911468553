import { sameWords } from '../../model/words.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { findCase } from '../cases/find-case.ts';
import { withClient } from '../cases/with-client.ts';
import { pageWidth, say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { checkPage } from './check-page.ts';
import { checkedView, type CheckedView } from './checked-view.ts';
import { lookAtEvidence } from './look-at-evidence.ts';
import { lookAtGoogle } from './look-at-google.ts';
import { ownKnowledge } from './own-knowledge.ts';
import { reportOf } from './report.ts';

/** What to check besides what a case says. */
export interface CheckCaseOptions {
  /** A digest that somebody read out. */
  readonly digest: string | undefined;
  /** Six words that somebody read out. */
  readonly words: string | undefined;
  readonly json: boolean;
  readonly typed: (words: string) => string;
}

/** Checks a case and prints how each thing held; answers the exit code. Signs and changes nothing. Throws UserError where it cannot be asked. */
export async function checkCase(
  configuration: Configuration,
  id: string,
  { digest, words, json, typed }: CheckCaseOptions,
): Promise<0 | 1> {
  const wanted = digest?.trim().toLowerCase();
  if (wanted !== undefined && !/^[0-9a-f]{64}$/.test(wanted))
    throw new UserError('--digest must be a whole digest, 64 hex digits: fewer are for typing, not for comparing', 2);
  if (words !== undefined && (words.match(/[A-Za-z]+/g) ?? []).length !== 6)
    throw new UserError('--words must be six words', 2);
  const own = await ownKnowledge(configuration);
  const view = await withClient(configuration, (client) => findCase(client, id));
  const checked = await checkedView(view, { ...own, purpose: 'looking' });
  const sources = [
    ...(await lookAtEvidence(checked.view, configuration.evidenceFolder)),
    ...(await lookAtGoogle(checked.view, configuration.google)),
  ];
  const report = reportOf(checked, sources, compared(checked, wanted, words));
  if (json) sayJson(report);
  else {
    const options = { width: pageWidth(), paint: paintFor(process.stdout), typed };
    for (const line of checkPage(checked, report, options)) say(line);
  }
  return report.holds ? 0 : 1;
}

/** What the digest or words that somebody read out are: a plan, or the proposal; null where they are nothing of this case. */
function compared(
  { plans, proposal }: CheckedView,
  digest: string | undefined,
  words: string | undefined,
): string | null | undefined {
  if (digest === undefined && words === undefined) return undefined;
  const isThat = (one: { readonly digest: string; readonly words: string }): boolean =>
    (digest === undefined || one.digest === digest) && (words === undefined || sameWords(one.words, words));
  const plan = plans.find(isThat);
  if (plan !== undefined) return `plan ${plan.offered.id}`;
  return proposal !== undefined && isThat(proposal) ? 'the proposal' : null;
}
