import { z } from 'zod';
import { digestOf } from '../model/digest.ts';
import { asSigned } from './history-values.ts';
import { plainPayloads } from './plain-payloads.ts';
import type { Event } from './read-history.ts';
import type { Signed } from '../runtime/signatures.ts';

/** What of an order the audit looks at; the rest of the plan is covered by its digest. */
const orderSchema = z.object({
  plan: z.looseObject({
    actions: z.array(z.looseObject({ id: z.string() })).min(1),
    quorum: z.looseObject({ approvers: z.number(), role: z.string() }),
  }),
  decisions: z.array(z.object({ payload: z.string(), protected: z.string(), signature: z.string() })),
  action: z.string(),
});

/** What a case asked of respond: one action of a plan, with the decisions that are said to approve it. */
export interface Order extends z.infer<typeof orderSchema> {
  readonly event: number;
  /** Of the plan. */
  readonly digest: string;
  /** The answer: a receipt if it is of the form, undefined where it is none; absent where there is no answer. */
  readonly answer?: { readonly event: number; readonly receipt: Signed | undefined };
}

/** Every order in a history, in the order of the history, and the events of those that are not of the form. */
export function ordersOf(events: readonly Event[]): { readonly orders: Order[]; readonly unreadable: number[] } {
  const answers = new Map<string, Order['answer']>();
  for (const { eventId, activityTaskCompletedEventAttributes: done } of events) {
    if (!done) continue;
    const [value] = plainPayloads(done.result?.payloads);
    answers.set(String(done.scheduledEventId), { event: Number(eventId), receipt: asSigned(value) });
  }
  const orders: Order[] = [];
  const unreadable: number[] = [];
  for (const { eventId, activityTaskScheduledEventAttributes: asked } of events) {
    if (asked?.activityType?.name !== 'applyAction') continue;
    const order = orderSchema.safeParse(plainPayloads(asked.input?.payloads)[0]).data;
    const answer = answers.get(String(eventId));
    if (order === undefined) unreadable.push(Number(eventId));
    else orders.push({ ...order, event: Number(eventId), digest: digestOf(order.plan), ...(answer && { answer }) });
  }
  return { orders, unreadable };
}
