import type { JudgedDecisions } from './judge-decisions.ts';
import type { JudgedReceipts } from './judge-receipts.ts';
import type { Order } from './orders.ts';
import { keyOf, type SignatureProblem } from './signature-verdict.ts';

/** The results that say that an action is done; in a dry run, that it would be. */
export const doneResults: ReadonlySet<string> = new Set(['changed', 'already-so', 'would-change']);

/** Whether decisions, order and receipt say the same, and the approvers are enough. */
export function orderProblems(
  { event, plan, digest, action, decisions, answer }: Order,
  judged: JudgedDecisions,
  { receipts }: JudgedReceipts,
): SignatureProblem[] {
  const problems: SignatureProblem[] = [];
  const wrong = (at: number, what: string) => void problems.push({ event: at, kind: 'not-proved', what });
  const forPlan = judged.held.filter(({ decision: { choice } }) => choice.kind === 'plan' && choice.plan === digest);
  for (const { decision } of decisions.flatMap((signed) => judged.byKey.get(keyOf(signed)) ?? [])) {
    if (!forPlan.some((held) => held.decision.id === decision.id))
      wrong(event, `the decision of ${decision.approver} is for another plan than the one that respond was asked for`);
  }
  if (answer === undefined) return problems;
  const { receipt: signed } = answer;
  const receipt = signed && receipts.get(keyOf(signed));
  if (signed === undefined) wrong(answer.event, `respond's answer for ${action} is no signed receipt`);
  if (receipt === undefined) return problems;
  if (receipt.plan !== digest || receipt.action !== action)
    wrong(answer.event, `the receipt is of another plan or action than ${action}, which respond was asked for`);
  if (!doneResults.has(receipt.result)) return problems;
  const named = forPlan.filter(
    ({ decision, roles }) => receipt.decisions.includes(decision.id) && roles.includes(plan.quorum.role),
  );
  const approvers = new Set(named.map(({ person }) => person)).size;
  if (approvers < Math.max(1, plan.quorum.approvers))
    wrong(
      answer.event,
      `${action} was done: of the ${plan.quorum.approvers} approvers that it needed, the decisions of ${approvers} hold`,
    );
  return problems;
}
