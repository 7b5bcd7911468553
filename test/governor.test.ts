import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CaseInput, type CaseView } from '../model/case.ts';
import { parseFindings } from '../model/parse-finding.ts';
import { caseQuery, caseWorkflow, decideMessage } from '../model/temporal-names.ts';
import { evidenceStore } from '../runtime/evidence-store.ts';
import { readRoleKey } from '../runtime/first-trust.ts';
import { folderLedger } from '../runtime/ledger.ts';
import { signedLedger } from '../runtime/signed-ledger.ts';
import { trustDocument } from '../runtime/trust.ts';
import { taskQueues } from '../runtime/task-queues.ts';
import { takeSlot } from '../activities/containment/governor.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';
import { startTimeSkipping } from './support/time-skipping.ts';

let system: System;
let skipping: Awaited<ReturnType<typeof startTimeSkipping>>;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_CHANGES_PER_HOUR: '1',
    FIREBREAK_APPROVAL_FRESHNESS_SECONDS: '7200',
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
  });
  skipping = await startTimeSkipping(system.configuration);
  ana = await system.addAnalyst('ana');
});
afterAll(async () => {
  await skipping.close();
  await system.close();
});

/** Starts a case on the server where time is skipped. */
async function startCase({ caseId, notification }: Scenario, approvalFreshness: number) {
  system.sandbox.control.putFinding(notification);
  const [parsed] = parseFindings(notification);
  const { finding, fingerprint, document: content } = parsed!;
  const store = evidenceStore(system.configuration.evidenceFolder);
  const document = await store.put('finding', 'application/json', JSON.stringify(content));
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
    times: { ...system.configuration.times, approvalFreshness },
    rails: system.configuration.rails,
    submitted: false,
  };
  return skipping.client.workflow.start(caseWorkflow, {
    workflowId: caseId,
    taskQueue: taskQueues(system.configuration.taskQueuePrefix).cases,
    args: [input],
    workflowExecutionTimeout: '30 days',
  });
}

type Case = Awaited<ReturnType<typeof startCase>>;

async function until(handle: Case, condition: (view: CaseView) => boolean): Promise<CaseView> {
  for (;;) {
    const view = await handle.query<CaseView>(caseQuery);
    if (condition(view)) return view;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** As if another case had changed the one service that may be changed in this hour; answers how to make room. */
async function hourUsedUp(): Promise<() => Promise<void>> {
  const folder = system.configuration.ledgerFolder;
  const other = { kind: 'service', project: 'rhea-prod-4421', location: 'europe-west1', name: 'another' } as const;
  const about = { plan: 'p', action: 'a1' };
  const key = await readRoleKey(system.paths, 'respond');
  const ledger = signedLedger(folderLedger(folder), key, trustDocument(system));
  for (const hours of [0, 1]) await takeSlot(ledger, other, 1, new Date(Date.now() + hours * 3_600_000), about);
  return async () => {
    for (const file of await readdir(folder)) if (file.startsWith('slot.')) await rm(join(folder, file));
  };
}

test('over the governor’s limit a case waits by a timer and says so; when there is room it goes on', async () => {
  const makeRoom = await hourUsedUp();
  const handle = await startCase(seedScenario(system.sandbox), 7_200);
  const view = await until(handle, ({ state }) => state === 'proposed');
  const plan = view.proposal!.plans.find(({ plan: { kind } }) => kind === 'evict')!.digest;
  await handle.executeUpdate(decideMessage, { args: [await system.sign(view, ana, { kind: 'plan', plan })] });
  const waiting = await until(handle, ({ reason }) => reason.startsWith('waits:'));
  expect(waiting).toMatchObject({ state: 'containing', receipts: [{ result: 'governed' }] });
  expect(waiting.reason).toMatch(/1 resources of project rhea-prod-4421 were changed in this hour.*again at/);
  expect(system.changes()).toEqual([]);
  // No activity runs meanwhile.
  expect((await handle.describe()).raw.pendingActivities ?? []).toEqual([]);
  await makeRoom();
  await handle.result();
  const done = await handle.query<CaseView>(caseQuery);
  expect(done).toMatchObject({ state: 'contained' });
  expect(done.receipts.map(({ result }) => result)).toEqual(['governed', 'changed', 'changed']);
});

test('where the approval does not last until then, people are asked again', async () => {
  await hourUsedUp();
  const handle = await startCase(seedScenario(system.sandbox), 60);
  const view = await until(handle, ({ state }) => state === 'proposed');
  const plan = view.proposal!.plans.find(({ plan: { kind } }) => kind === 'evict')!.digest;
  // Respond takes it for two hours; the case knows of a minute only.
  const signedAt = new Date(Date.now() - 3_700_000).toISOString();
  const signed = await system.sign(view, ana, { kind: 'plan', plan }, { signedAt });
  await handle.executeUpdate(decideMessage, { args: [signed] });
  const again = await until(
    handle,
    ({ state, proposal }) => state === 'proposed' && proposal?.digest !== view.proposal?.digest,
  );
  expect(again.timeline.map(({ text }) => text).join('\n')).toContain('which the approval does not last for');
  await handle.terminate();
});
