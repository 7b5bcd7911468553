import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analystKeyPath } from '../cli/decide/analyst-key.ts';
import { replayDifferences } from './faults/support/replays.ts';
import { seedScenario } from './support/scenario.ts';
import { publish, submit, typedOn } from './support/submit.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_WATCH_SECONDS: '0',
    FIREBREAK_REMINDER_SECONDS: '4',
    FIREBREAK_ESCALATION_SECONDS: '6',
    FIREBREAK_EXPIRY_SECONDS: '8',
  });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  await mkdir(system.paths.keys, { recursive: true });
  await writeFile(analystKeyPath(system.paths, 'ana'), JSON.stringify(ana.key));
});
afterAll(() => system.close());

test.each(['silent', 'notify'] as const)(
  'an expired case is opened again by newer news of the same, by people too, and never by its own mark (%s)',
  async (marks) => {
    system.sandbox.control.setReality({ marks });
    const scenario = seedScenario(system.sandbox);
    publish(system, scenario);
    const first = await system.until(scenario.caseId, ['proposed']);
    await system.until(first.id, ['expired']);
    await system.client.workflow.getHandle(first.id, first.run).result();
    // A redelivery is none, nor is our own mark.
    expect(await submit(system, scenario)).toMatchObject({ code: 4, stdout: expect.stringContaining('"unchanged"') });
    expect((await system.view(first.id)).run).toBe(first.run);
    // A message's own time decides nothing: SCC, read live, knows nothing newer.
    const lie = { ...scenario.notification.finding, eventTime: new Date().toISOString() };
    system.sandbox.control.publishRaw(JSON.stringify({ ...scenario.notification, finding: lie }));
    const asked = await system.until(first.id, ['expired'], ({ run }) => run !== first.run);
    expect(asked).toMatchObject({ proposal: null, reason: expect.stringContaining('SCC says nothing new') });
    await system.client.workflow.getHandle(first.id, asked.run).result();
    publish(system, scenario, { eventTime: new Date(Date.now() + 1_000).toISOString() });
    const second = await system.until(first.id, ['proposed'], ({ run }) => run !== asked.run && run !== first.run);
    expect(second.timeline[0]?.text).toContain(asked.run);
    await system.until(first.id, ['expired'], ({ run }) => run === second.run);
    await system.client.workflow.getHandle(first.id, second.run).result();
    const reopened = await typedOn(system)('reopen', first.id, '--reason', 'I am back', '--json');
    expect(reopened).toMatchObject({ code: 0, stderr: '' });
    const third = await system.until(first.id, ['proposed'], ({ run }) => run !== second.run);
    await system.send(third.id, await system.sign(third, ana, { kind: 'hand-over' }));
    await system.client.workflow.getHandle(third.id, third.run).result();
    expect(await replayDifferences(system.client, first.id)).toEqual([]);
  },
);
