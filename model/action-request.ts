import { signedDecisionSchema } from './decision.ts';
import { actionId, planSchema } from './plan.ts';
import { closed, list, type z } from './schema.ts';

/** One action of an approved plan. The action is taken from the plan's text, whose digest the decisions sign; `action` only names it. */
export const actionRequestSchema = closed({
  plan: planSchema,
  decisions: list(signedDecisionSchema, 100),
  action: actionId,
});
export type ActionRequest = z.infer<typeof actionRequestSchema>;
