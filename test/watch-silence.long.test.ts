import { afterAll, beforeAll, expect, test } from 'vitest';
import { row } from './support/detector-fixtures.ts';
import { notify } from './support/detector-fixtures-notification.ts';
import { seed } from './support/detector-fixtures-resource.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_WATCH_SECONDS: '8',
    FIREBREAK_WATCH_EVERY_SECONDS: '1',
  });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

let count = 200;
/** How each run of the case ended, as lists tell it. */
async function runStates(caseId: string): Promise<string[]> {
  const states: string[] = [];
  for await (const { status } of system.client.workflow.list({ query: `WorkflowId = "${caseId}"` }))
    states.push(status.name);
  return states;
}

test.each([
  ['service', 'evict', 'GetService'],
  ['service', 'scale-to-zero', 'GetService'],
  ['service', 'restrict-ingress', 'GetService'],
  ['job', 'stop-job', 'GetJob'],
  ['workerPool', 'pin-worker-pool', 'GetWorkerPool'],
  ['workerPool', 'stop-worker-pool', 'GetWorkerPool'],
] as const)(
  'a watch over a %s after %s that sees nothing looks until its time is over and ends; the case stays contained',
  async (kind, plan, method) => {
    count += 1;
    const one = { ...row('CLOUD_RUN_REVERSE_SHELL', kind), number: count };
    const seeded = await seed(system.sandbox, one, { ran: true });
    const { caseId, notification } = notify(one, seeded, system.sandbox.control.now());
    system.sandbox.control.publish(notification);
    await system.approve(await system.until(caseId, ['proposed']), ana, plan);
    await system.until(caseId, ['contained']);
    await system.client.workflow.getHandle(caseId).result();
    system.sandbox.control.clearCalls();
    const watch = system.client.workflow.getHandle(`watch-${caseId}`);
    expect(await watch.result()).toBe('nothing was seen');
    expect(system.sandbox.control.calls({ method }).length).toBeGreaterThan(1);
    await expect.poll(() => runStates(caseId), { timeout: 60_000 }).toEqual(['COMPLETED']);
    expect((await system.view(caseId)).state).toBe('contained');
  },
);
