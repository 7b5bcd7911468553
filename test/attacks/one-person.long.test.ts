import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { changesIn } from './support/cloud.ts';
import { proposedCase } from './support/genuine.ts';
import { changeRoster, within } from './support/people.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_RESPONDERS: 'respond,respond-iam,destructive',
  });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

test('one key under two names of the roster is one person: what needs two is not deleted', async () => {
  const { scenario, view } = await proposedCase(system);
  const second: Analyst = { id: 'anna', key: { ...ana.key, kid: 'anna-2' } };
  await changeRoster(system, (roster) => {
    const { credentials, ...person } = roster.approvers.find(({ id }) => id === ana.id)!;
    const again = { ...person, id: second.id, credentials: credentials.map((one) => ({ ...one, id: second.key.kid })) };
    return { ...roster, approvers: [...roster.approvers, again] };
  });
  const { digest: plan } = view.proposal!.plans.find(({ plan: { kind } }) => kind === 'delete-revision')!;
  for (const name of [ana, second])
    await within(
      10_000,
      system.sign(view, name, { kind: 'plan', plan }).then((vote) => system.send(view.id, vote)),
    );
  await within(10_000, system.until(view.id, ['contained', 'failed']));
  expect(changesIn(system.sandbox, scenario.service).filter((method) => method.includes('Delete'))).toEqual([]);
  expect(changesIn(system.sandbox, scenario.badRevision)).toEqual([]);
});
