import type { CaseView } from '../../model/case.ts';
import { type Choice, maximumReasonLength } from '../../model/decision.ts';
import type { Proposal } from '../../model/proposal.ts';
import { UserError } from '../../runtime/errors.ts';
import { shown } from '../terminal/shown.ts';

/** What a person asks for: a plan by its id, or one of the answers that change nothing. */
export type Wanted =
  | { readonly kind: 'plan'; readonly plan: string }
  | { readonly kind: 'dismiss' }
  | { readonly kind: 'hand-over' };

/**
 * The choice to sign, checked against what the case proposes now. Throws UserError where nothing is proposed, or where no plan of exactly
 * that id is: the digits at its end stand for its content, so that nobody approves what he has not seen.
 */
export function choiceFor(
  view: CaseView,
  wanted: Wanted,
  look: string,
): { readonly proposal: Proposal; readonly choice: Choice } {
  const { proposal, state } = view;
  if (proposal === null) {
    throw new UserError(
      `case ${view.id} is ${state} and proposes nothing${state === 'investigating' ? ' yet' : ''}. Look at it with: ${look}`,
    );
  }
  if (wanted.kind !== 'plan') return { proposal, choice: { kind: wanted.kind } };
  const offered = proposal.plans.find(({ id }) => id === wanted.plan);
  if (offered !== undefined) return { proposal, choice: { kind: 'plan', plan: offered.digest } };
  const ids = proposal.plans.map(
    ({ id, recommended }) => `\n  ${shown(id, 100)}${recommended ? '  (recommended)' : ''}`,
  );
  throw new UserError(
    `case ${view.id} offers no plan ${shown(wanted.plan, 100)}. ` +
      (ids.length === 0
        ? 'It offers none; dismiss or hand over.'
        : `A plan’s id has to be given in full. Offered are:${ids.join('')}\n`) +
      `Look again before you approve: ${look}`,
  );
}

/** The reason, trimmed. Throws UserError (wrong use) where it says nothing or is too long. */
export function checkedReason(reason: string): string {
  const text = reason.trim();
  if (text === '') throw new UserError('--reason must say something: it is signed, and kept with the case', 2);
  if (text.length > maximumReasonLength)
    throw new UserError(`--reason is longer than ${maximumReasonLength} characters`, 2);
  return text;
}
