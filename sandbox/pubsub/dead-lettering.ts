import type { World } from '../kernel/reality.ts';
import type { StoredMessage } from './state.ts';

/** How many deliveries more or fewer than asked for a message gets, by its id: each run plays the same. */
const slack = [0, -1, 1, 2] as const;

/**
 * Whether a message that was delivered so often goes to the dead letter topic now, and how many times over; null where it is delivered again.
 * Pub/Sub counts as well as it can, and may forward a message more than once. Source: Pub/Sub, "Handle message failures".
 */
export function deadLettering(
  { messageId, attempts }: Pick<StoredMessage, 'messageId' | 'attempts'>,
  maxDeliveryAttempts: number,
  world: Pick<World, 'dead-letters'>,
): { readonly copies: number } | null {
  const approximate = world['dead-letters'] === 'approximate';
  const turn = Number(messageId) % slack.length;
  const allowed = maxDeliveryAttempts + (approximate ? (slack[turn] ?? 0) : 0);
  if (attempts < allowed) return null;
  return { copies: approximate && turn % 2 === 1 ? 2 : 1 };
}
