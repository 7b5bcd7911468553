import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../../model/case.ts';
import { caseQuery, lookSignal } from '../../model/temporal-names.ts';
import { seedScenario } from '../support/scenario.ts';
import { startCase } from '../support/start-case.ts';
import { startSystem, type System } from '../support/system.ts';
import { startTimeSkipping } from '../support/time-skipping.ts';

let system: System;
let skipping: Awaited<ReturnType<typeof startTimeSkipping>>;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  skipping = await startTimeSkipping(system.configuration);
});
afterAll(async () => {
  await skipping.close();
  await system.close();
});

test('who asks for looks that cannot be made gets one a minute, not one each time', async () => {
  const handle = await startCase(system, skipping.client, seedScenario(system.sandbox));
  const failed = async (): Promise<number> => {
    const { timeline } = await handle.query<CaseView>(caseQuery);
    return timeline.filter(({ text }) => text.includes('has changed is not known')).length;
  };
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await until(async () => (await handle.query<CaseView>(caseQuery)).state === 'proposed');
  system.sandbox.control.fault({ method: 'GetService', role: 'observe', code: 'PERMISSION_DENIED', count: 1_000 });
  for (let minute = 1; minute <= 3; minute += 1) {
    await skipping.sleep(61_000);
    for (let asked = 0; asked < 5; asked += 1) {
      await handle.signal(lookSignal, { why: 'page' });
      await until(async () => (await failed()) >= minute);
      // Long enough for one that should not be made.
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(await failed()).toBe(minute);
  }
  await handle.terminate();
});
