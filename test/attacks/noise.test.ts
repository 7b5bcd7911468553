import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSigningKey } from '../../runtime/signatures.ts';
import { decideMessage, lookSignal, observedSignal } from '../../model/temporal-names.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { proposedCase } from './support/genuine.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

/** More than a case lists of them. */
const many = Array.from({ length: 200 }, (_, number) => number);

test('no flood of messages that count for nothing makes a case so long that it cannot be read, or keeps a decision out', async () => {
  const { view } = await proposedCase(system);
  const handle = system.client.workflow.getHandle(view.id);
  const { document, fingerprint } = { document: view.document, fingerprint: 'f'.repeat(64) };
  const stranger = await newSigningKey('ana');
  const messages: readonly ((number: number) => Promise<void>)[] = [
    () => handle.signal(lookSignal, { why: 'page', ['漢'.repeat(40)]: 1 }),
    () => handle.signal(observedSignal, { name: 1 }),
    (number) =>
      handle.signal(observedSignal, {
        name: view.finding.name,
        eventTime: `2099-01-01T00:00:00.${String(number).padStart(3, '0')}Z`,
        state: 'ACTIVE',
        mute: 'UNMUTED',
        fingerprint,
        document,
      }),
    async () =>
      handle.signal(
        decideMessage,
        await system.sign(view, ana, { kind: 'dismiss' }, { id: crypto.randomUUID() }, stranger),
      ),
  ];
  for (const send of messages) await Promise.all(many.map((number) => send(number)));
  const flooded = await system.until(view.id, ['proposed'], ({ timeline }) =>
    timeline.some(({ text }) => text.includes('decision was refused')),
  );
  const about = (words: RegExp) => flooded.timeline.filter(({ text }) => words.test(text)).length;
  expect(about(/was ignored|ahead of the clock/)).toBe(50);
  expect(about(/more of them are not listed/)).toBe(1);
  expect(about(/decision was refused/)).toBe(50);
  expect(await system.send(view.id, await system.sign(flooded, ana, { kind: 'hand-over' }))).toMatchObject({
    outcome: 'accepted',
  });
});
