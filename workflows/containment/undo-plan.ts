import type { UndoInput } from '../../model/case.ts';
import type { Plan } from '../../model/plan.ts';
import type { Assessment } from '../../model/proposal.ts';
import type { Terms } from './offer-plans.ts';

/** The plan of a way back: the inverses of what a case changed. */
export function undoPlan(
  { case: undone, actions, lost }: Pick<UndoInput['undoes'], 'case' | 'actions' | 'lost'>,
  terms: Omit<Terms, 'missingEvidence'>,
): Plan {
  return {
    kind: 'undo',
    ...terms,
    title: `Give back what ${undone} changed`,
    actions,
    stops: [],
    doesNotStop: [
      'the threat: what was contained can come back with it, the compromised revision too',
      ...lost.map((text) => `stays as it is: ${text}`),
    ],
    breaks: ['what the containment kept out may come in again: the resource is as it was when the finding came'],
    undo: `By hand, from the receipts of ${terms.case}. To contain the resource again, decide on its case when it is opened again.`,
    quorum: { approvers: 1, role: 'approver' },
    missingEvidence: [],
    watch: { quietSeconds: 0 },
  };
}

/** What is known of a way back: what was done, and what cannot be given back. */
export function undoAssessment({
  undoes: { case: undone, lost, done },
  finding,
}: Pick<UndoInput, 'undoes' | 'finding'>): Assessment {
  return {
    verdict: 'unclear',
    summary: `Someone asks to give back what ${undone} changed on ${finding.resource?.name ?? finding.resourceName}.`,
    known: done,
    unknown: lost.map((text) => ({ text: `How to give back: ${text}`, reason: 'it stays as it is' })),
    todo: ['Make sure that the way in is closed before the compromised revision serves again'],
  };
}
