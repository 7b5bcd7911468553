import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { addApprover } from './analyst.ts';
import { approveToTheEnd, untilState } from './conduct.ts';
import { runsOf, untilTaken } from './flood.ts';
import { startProcessSystem } from './process-system.ts';
import { publishScenario } from './publish-scenario.ts';
import type { SandboxControlClient } from './sandbox-control.ts';

/**
 * Kills Temporal for so many seconds while so many findings come in, each three times; nothing else is started again. Checks that every
 * finding has one case then, and that no message went back and forth meanwhile.
 */
export async function playSilence(seconds: number, findings: number): Promise<void> {
  const system = await startProcessSystem();
  try {
    const ana = await addApprover(system.paths, system.rootKey, 'ana');
    // The connections to Temporal are in use before it goes.
    const before = await publishScenario(system.control);
    await untilState(system.client, before.caseId, ['proposed']);
    const pulls = async (): Promise<number> => (await system.control.calls('StreamingPull')).length;
    const pullsBefore = await pulls();
    await system.kill('temporal');
    const scenarios = [];
    for (let count = 0; count < findings; count += 1) {
      const scenario = await publishScenario(system.control, count % 2 === 0 ? 0 : 1);
      for (let copy = 0; copy < 2; copy += 1) await system.control.publishRaw(JSON.stringify(scenario.notification));
      scenarios.push(scenario);
      await pause((seconds * 1_000) / findings);
    }
    const attempts = await deliveriesOf(system.control);
    expect(attempts.length, 'messages kept').toBe(findings * 3);
    expect(Math.max(...attempts), 'deliveries of one message').toBeLessThanOrEqual(3);
    expect((await pulls()) - pullsBefore, 'pulls begun anew').toBeLessThanOrEqual(3 + seconds / 5);
    await system.start('temporal');
    await untilTaken(system);
    for (const { caseId } of [before, ...scenarios]) {
      await untilState(system.client, caseId, ['proposed']);
      expect(await runsOf(system, caseId), caseId).toBe(1);
    }
    expect((await approveToTheEnd(system.client, before.caseId, ana)).state).toBe('contained');
    expect((await approveToTheEnd(system.client, scenarios[0]!.caseId, ana)).state).toBe('contained');
    // Nobody started them again, and none ended.
    expect(system.ended()).toEqual([]);
  } finally {
    await system.close();
  }
}

/** How often each message was delivered that is not acknowledged yet. */
async function deliveriesOf(control: SandboxControlClient): Promise<number[]> {
  const { pubsub } = (await control.state()) as {
    pubsub: { subscriptions: Record<string, { messages: Record<string, { attempts: number }> }> };
  };
  return Object.values(pubsub.subscriptions).flatMap(({ messages }) =>
    Object.values(messages).map(({ attempts }) => attempts),
  );
}
