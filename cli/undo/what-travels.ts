import type { UndoInput } from '../../model/case.ts';
import { digestOf } from '../../model/digest.ts';
import { plain } from '../../model/display.ts';
import { UserError } from '../../runtime/errors.ts';
import type { WayBack } from '../../workflows/containment/undo.ts';
import type { WhatWasChanged } from './read-records.ts';

/** Sentences that are told of what was done, and of what is lost; the rest are counted. */
const mostSentences = 40;
/** Characters of one of them. */
const longest = 400;
/** Bytes of the start, as JSON in UTF-8: below the 64 KiB of a payload, since the plan goes on to respond with its decisions. */
const mostBytes = 56 * 1024;

/** What the way back is started with: however many receipts there are, this does not grow with them. */
export function whatTravels(
  id: string,
  { plans, receipts }: Pick<WhatWasChanged, 'plans' | 'receipts'>,
  { actions, lost }: WayBack,
): UndoInput['undoes'] {
  const titles = new Map(
    plans.flatMap((plan) => {
      const digest = digestOf(plan);
      return plan.actions.map(({ id: action, title }) => [`${digest} ${action}`, title] as const);
    }),
  );
  const done = receipts.slice(-mostSentences).map(({ action, plan, case: by, result, finishedAt }) => ({
    text: plain(`${titles.get(`${plan} ${action}`) ?? action}: ${result}`, longest),
    reason: `at ${finishedAt}, from the signed receipt${by === id ? '' : ` of ${by}`}`,
  }));
  const earlier = receipts.length - done.length;
  const words = [...new Set(lost)].map((text) => plain(text, longest));
  const more = words.length - mostSentences;
  return {
    case: id,
    actions,
    lost: [...words.slice(0, mostSentences), ...(more > 0 ? [`${more} more, as the receipts say`] : [])],
    done: [
      ...(earlier > 0
        ? [{ text: `${earlier} actions before these`, reason: 'from signed receipts, in the evidence store' }]
        : []),
      ...done,
    ],
  };
}

/** Throws UserError where Temporal is asked to carry more than a payload holds, as where a policy has a thousand members. */
export function refuseTooLarge(input: UndoInput, record: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes > mostBytes)
    throw new UserError(
      `what ${input.undoes.case} changed is too large to be given back by one plan (${Math.ceil(bytes / 1024)} KiB; at most ${mostBytes / 1024}): give it back by hand, from the receipts in the evidence store, the newest in ${record}`,
    );
}
