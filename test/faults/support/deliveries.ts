import type { System } from '../../support/system.ts';
import { steadily } from './steadily.ts';

/** How often each message was delivered that is not acknowledged yet. */
export function deliveries(system: System): number[] {
  const { value } = system.sandbox.control.section<{
    subscriptions: Record<string, { messages: Record<string, { attempts: number }> }>;
  }>('pubsub', () => ({ subscriptions: {} }));
  return Object.values(value.subscriptions).flatMap(({ messages }) =>
    Object.values(messages).map(({ attempts }) => attempts),
  );
}

/** Waits until no message is left in Pub/Sub. */
export async function untilAcknowledged(system: System): Promise<void> {
  await steadily('every message is acknowledged', async () => (deliveries(system).length === 0 ? true : undefined));
}
