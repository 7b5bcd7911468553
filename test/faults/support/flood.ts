import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { untilState } from './conduct.ts';
import type { ProcessSystem } from './process-system.ts';
import { seedOver } from './publish-scenario.ts';
import { randomFrom } from './random.ts';
import { steadily } from './steadily.ts';

const publishers = 20;

/**
 * Publishes one notification that often, among those of four other findings, from twenty publishers at their own pace; kills intake in
 * between. Checks that each finding has one case in one run, and that no message is left.
 */
export async function floodWithCopies(system: ProcessSystem, copies: number, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const scenarios = await Promise.all(Array.from({ length: 5 }, () => seedOver(system.control)));
  // Makes the findings exist in SCC; these are the first deliveries.
  for (const { notification } of scenarios) await system.control.publish(notification);
  const texts = scenarios.map(({ notification }) => JSON.stringify(notification));
  let sent = 0;
  const publish = async (): Promise<void> => {
    while (sent < copies) {
      sent += 1;
      await system.control.publishRaw(texts[0]!);
      if (random.chance(0.2))
        await system.control.publishRaw(random.pick([texts[1]!, texts[2]!, texts[3]!, texts[4]!]));
      await pause(random.whole(0, 20));
    }
  };
  const killing = async (): Promise<void> => {
    for (const share of [0.25, 0.6]) {
      await steadily('a part is sent', () => Promise.resolve(sent >= copies * share ? true : undefined));
      await system.kill('intake');
      await system.start('intake');
    }
  };
  await Promise.all([...Array.from({ length: publishers }, publish), killing()]);
  await untilTaken(system);
  for (const { caseId } of scenarios) {
    await untilState(system.client, caseId, ['proposed']);
    expect(await runsOf(system, caseId), caseId).toBe(1);
  }
}

/** Waits until every message is acknowledged. */
export async function untilTaken(system: ProcessSystem, milliseconds = 300_000): Promise<void> {
  await steadily(
    'every message is acknowledged',
    async () => {
      const { pubsub } = (await system.control.state()) as {
        pubsub: { subscriptions: Record<string, { messages: object }> };
      };
      const left = Object.values(pubsub.subscriptions).flatMap(({ messages }) => Object.keys(messages));
      return left.length === 0 ? true : undefined;
    },
    milliseconds,
  );
}

/** How many runs a case has. */
export async function runsOf({ client }: ProcessSystem, caseId: string): Promise<number> {
  // Visibility comes a little later than the run.
  return steadily(`${caseId} is listed`, async () => {
    const { count } = await client.workflow.count(`WorkflowId = '${caseId}'`);
    return count > 0 ? count : undefined;
  });
}
