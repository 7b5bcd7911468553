import { digestOf } from '../../model/digest.ts';
import type { CaseView } from '../../model/case.ts';
import type { Plan } from '../../model/plan.ts';
import { undoPlan } from '../../workflows/containment/undo-plan.ts';
import type { RecordedChanges } from '../undo/recorded-changes.ts';
import { whatTravels } from '../undo/what-travels.ts';
import type { Problem } from './problem.ts';

/** The case that a way back is of, and which of its ways back; undefined for any other case. */
export function undoneBy(id: string): { readonly case: string; readonly number: number } | undefined {
  const [, undone, number] = /^undo-(.+)-(\d{1,6})$/.exec(id) ?? [];
  return undone === undefined ? undefined : { case: undone, number: Number(number) };
}

/** The way back that the code on this machine makes of what a case's records say, whatever its workflow was started with. */
export function undoMadeAgain(view: CaseView, undone: string, changes: RecordedChanges): Plan[] {
  const [offered] = view.proposal?.plans ?? [];
  if (view.proposal === null || offered === undefined) return [];
  const travels = whatTravels(undone, changes, changes.back);
  const { nonce, mode } = offered.plan;
  return [undoPlan(travels, { case: view.id, run: view.run, nonce, mode, notAfter: view.proposal.expiresAt })];
}

/** What in the records of a case is not its own, or not of the finding that its way back names. */
export function whyNotItsRecords(view: CaseView, undone: string, changes: RecordedChanges): Problem[] {
  const isForeign = ({ case: id }: { readonly case: string }): boolean =>
    id !== undone && undoneBy(id)?.case !== undone;
  const foreign = [changes.newest, ...changes.plans, ...changes.receipts].find(isForeign);
  return [
    ...(foreign === undefined
      ? []
      : [{ text: `the records of ${undone} are those of ${foreign.case}`, stops: 'plans' } as const]),
    ...(digestOf(changes.finding) === digestOf(view.finding)
      ? []
      : [{ text: `the finding is not the one in the records of ${undone}`, stops: 'plans' } as const]),
  ];
}
