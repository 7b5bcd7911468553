import type { Mode, Plan } from '../../model/plan.ts';
import { requestReason } from '../request-reason.ts';
import type { Approval } from './approval.ts';

/** An approved action, under its key in the ledger. */
export interface Approved extends Approval {
  readonly plan: Pick<Plan, 'case' | 'run' | 'kind' | 'actions'> & { readonly digest: string };
  readonly key: string;
  /** The stricter of the plan's and the process's. */
  readonly mode: Mode;
}

/** What Google's own audit log keeps as the reason of each call. */
export function reasonOf({ plan, decisions }: Approved): string {
  return requestReason(plan.case, decisions);
}
