import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseInput, CaseResult, CaseView } from '../model/case.ts';
import { parseFindings } from '../model/parse-finding.ts';
import { caseQuery, caseWorkflow, decideMessage } from '../model/temporal-names.ts';
import { evidenceStore } from '../runtime/evidence-store.ts';
import { taskQueues } from '../runtime/task-queues.ts';
import { seedScenario } from './support/scenario.ts';
import { startSystem, type System } from './support/system.ts';
import { startTimeSkipping } from './support/time-skipping.ts';

let system: System;
let skipping: Awaited<ReturnType<typeof startTimeSkipping>>;
beforeAll(async () => {
  system = await startSystem();
  skipping = await startTimeSkipping(system.configuration);
});
afterAll(async () => {
  await skipping.close();
  await system.close();
});

const minutesAfter = (view: CaseView, text: string): number | undefined => {
  const entry = view.timeline.find((line) => line.text.startsWith(text));
  return entry && Math.round((Date.parse(entry.time) - Date.parse(view.proposal!.openedAt)) / 60_000);
};

test('promise 8: a case that nobody answers is reminded after 30 min, escalated after 1 h, expired after 4 h; nothing is changed', async () => {
  const { caseId, notification } = seedScenario(system.sandbox);
  system.sandbox.control.putFinding(notification);
  const [parsed] = parseFindings(notification);
  const { finding, fingerprint, document: content } = parsed!;
  const document = await evidenceStore(system.configuration.evidenceFolder).put(
    'finding',
    'application/json',
    JSON.stringify(content),
  );
  const input: CaseInput = {
    finding,
    observation: {
      name: finding.name,
      eventTime: finding.eventTime,
      state: finding.state,
      mute: finding.mute,
      fingerprint,
      document,
    },
    times: system.configuration.times,
    rails: system.configuration.rails,
    submitted: false,
  };
  const taskQueue = taskQueues(system.configuration.taskQueuePrefix).cases;
  const handle = await skipping.client.workflow.start(caseWorkflow, {
    workflowId: caseId,
    taskQueue,
    args: [input],
    workflowExecutionTimeout: '2 days',
  });
  expect(((await handle.result()) as CaseResult).state).toBe('expired');
  const view = await handle.query<CaseView>(caseQuery);
  expect(minutesAfter(view, 'reminder')).toBe(30);
  expect(minutesAfter(view, 'escalation')).toBe(60);
  expect(minutesAfter(view, 'expired')).toBe(240);
  expect(system.changes()).toEqual([]);
  // A decision after expiry is taken by nobody.
  const ana = await system.addAnalyst('ana');
  const late = await system.sign(view, ana, { kind: 'plan', plan: view.proposal!.plans[0]!.digest });
  await expect(handle.executeUpdate(decideMessage, { args: [late] })).rejects.toThrow(/not found|completed/i);
  await expect(handle.signal(decideMessage, late)).rejects.toThrow(/not found|completed/i);
  expect(system.changes()).toEqual([]);
  expect(JSON.stringify(system.sandbox.control.findings.byName(finding.name))).toContain('"firebreak-state":"expired"');
});
