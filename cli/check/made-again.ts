import type { CaseView } from '../../model/case.ts';
import { digestOf } from '../../model/digest.ts';
import type { Action, Plan } from '../../model/plan.ts';
import type { Rails } from '../../model/rails.ts';
import { makePlans } from '../../workflows/assessment/propose.ts';
import { finishKind, type Unfinished } from '../../workflows/containment/finish.ts';
import { notTakenUp, whyStopped } from '../../workflows/containment/why-stopped.ts';
import { playbookFor } from '../../workflows/playbooks/select-playbook.ts';

/**
 * The plans that the code on this machine makes of what a view says is known. Of what is offered only the nonce and the mode are taken over, which
 * change nothing that is done live, and how long it has to be quiet. `rails`: this machine's own.
 */
export function plansMadeAgain(view: CaseView, rails: Rails): Plan[] {
  const { proposal, investigation, finding } = view;
  const offered = proposal?.plans.map(({ plan }) => plan) ?? [];
  const [first] = offered;
  if (proposal === null || investigation === null || first === undefined) return [];
  const changed = view.receipts.find(({ result }) => result === 'changed');
  const unfinished = unfinishedOf(view);
  const quiet = offered.find(({ kind }) => kind !== finishKind) ?? first;
  const made = makePlans({
    case: view.id,
    run: view.run,
    playbook: playbookFor(finding),
    investigation: {
      ...investigation,
      fetched: {
        confirmation: view.confirmed === 'confirmed' ? 'confirmed' : 'not-found',
        detail: '',
        finding,
        fingerprint: '',
        evidence: view.document,
      },
    },
    times: { quietWindow: quiet.watch.quietSeconds },
    rails: { ...rails, mode: first.mode },
    nonce: first.nonce,
    expiresAt: proposal.expiresAt,
    ...(changed !== undefined && { baseline: changed.before }),
    ...(unfinished !== undefined && { unfinished }),
    previous: null,
  });
  return made.map(({ plan }) => plan);
}

/** What is left of the plan that was stopped on the way, by the receipts of its actions. */
function unfinishedOf({ stopped, receipts }: CaseView): Unfinished | undefined {
  if (stopped === null) return undefined;
  const digest = digestOf(stopped);
  const own = receipts.filter(({ plan }) => plan === digest);
  if (!own.some(({ result }) => result === 'changed')) return undefined;
  const lastOf = (action: Action) => own.findLast((receipt) => receipt.action === action.id);
  const isDone = (action: Action): boolean => ['changed', 'already-so'].includes(lastOf(action)?.result ?? '');
  const first = stopped.actions.findIndex((action) => !isDone(action));
  const action = stopped.actions[first];
  if (action === undefined) return undefined;
  const reason = whyStopped(lastOf(action) ?? notTakenUp);
  return reason === undefined ? undefined : { actions: stopped.actions.slice(first), reason, watch: stopped.watch };
}
