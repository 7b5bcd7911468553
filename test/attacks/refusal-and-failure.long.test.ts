import { rename } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decideMessage } from '../../model/temporal-names.ts';
import { trustFiles } from '../../runtime/trust.ts';
import { newSigningKey } from '../../runtime/signatures.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { changesIn } from './support/cloud.ts';
import { approvedCase, proposedCase } from './support/genuine.ts';
import { offered, within } from './support/people.ts';

let system: System;
let ana: Analyst;
let respond: { stop(): Promise<void> };
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker(['cases', 'observe', 'virustotal']);
  respond = system.startWorker(['respond']);
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

/** While something is done the roster is not there. */
async function withoutRoster<T>(work: () => Promise<T>): Promise<T> {
  const { roster } = trustFiles(system.paths.trust);
  await rename(roster, `${roster}.away`);
  try {
    return await work();
  } finally {
    await rename(`${roster}.away`, roster);
  }
}

const contained = (id: string) => within(25_000, system.until(id, ['contained', 'failed']));

test('an approval that comes while the roster cannot be read counts once it is back', async () => {
  const { view } = await proposedCase(system);
  const answer = await withoutRoster(async () => {
    const sent = system.approve(view, ana, 'evict');
    await pause(3_000);
    // In a box of its own: the answer may come only when the roster is back.
    return { sent };
  });
  await within(20_000, answer.sent);
  expect((await contained(view.id))?.state).toBe('contained');
  expect((await system.view(view.id)).decisions.map(({ answer: { outcome } }) => outcome)).toEqual(['accepted']);
});

test('sixty votes while the roster cannot be read keep no genuine approver out when it is back', async () => {
  const { view } = await proposedCase(system);
  const plan = offered(view, 'evict')!.digest;
  const stranger = { id: 'stranger', key: await newSigningKey('stranger') };
  const handle = system.client.workflow.getHandle(view.id);
  await withoutRoster(async () => {
    for (let count = 0; count < 60; count += 1)
      await handle.signal(decideMessage, await system.sign(view, stranger, { kind: 'plan', plan }));
    await pause(3_000);
  });
  const approved = await within(30_000, system.approve(view, ana, 'evict'));
  expect(approved?.outcome).toBe('accepted');
});

test('respond changes nothing while the roster cannot be read, and goes on when it is back, without another vote', async () => {
  await respond.stop();
  const { id, scenario } = await approvedCase(system, ana);
  await withoutRoster(async () => {
    respond = system.startWorker(['respond']);
    await pause(6_000);
    expect(changesIn(system.sandbox, scenario.service)).toEqual([]);
  });
  expect((await contained(id))?.state).toBe('contained');
  expect((await system.view(id)).decisions).toHaveLength(1);
});
