import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UndoInput } from '../../model/case.ts';
import type { SignedDecision } from '../../model/decision.ts';
import { digestOf } from '../../model/digest.ts';
import type { OfferedPlan, Plan } from '../../model/plan.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import { demonstrationServices } from '../../sandbox/scenario/demonstration.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { changesIn } from './support/cloud.ts';
import { foreignWorker } from './support/foreign-worker.ts';
import { containedCase, inputOf, proposedCase, withFirst } from './support/genuine.ts';
import { analystHere, firebreak, offered } from './support/people.ts';

let system: System;
let ana: Analyst;
let cases: { stop(): Promise<void> };
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker(['observe', 'virustotal', 'respond']);
  cases = system.startWorker(['cases']);
  ana = await analystHere(system, 'ana');
});
afterAll(() => system.close());

const approve = (id: string, plan: string) =>
  firebreak(system, 'approve', id, '--plan', plan, '--reason', 'as shown', '--as', 'ana', '--no-wait');

test('a way back that somebody started on another service names that service, and is not approved', async () => {
  const { caseId } = (await containedCase(system, ana)).scenario;
  const asked = await firebreak(system, 'undo', caseId, '--json');
  const input = await inputOf<UndoInput>(system.client, (JSON.parse(asked.stdout) as { case: string }).case);
  const vault = { project: 'rhea-vault-77', location: 'us-central1', name: 'ledger-vault' };
  const [description] = demonstrationServices(system.sandbox.control.now());
  system.sandbox.control.seedService({ ...description!, ...vault, projectNumber: '7700077' });
  const [given] = input.undoes.actions;
  const change = { scaling: { mode: 'manual', manual: 0 } } as const;
  const target = { kind: 'service', ...vault } as const;
  const actions = [{ ...given!, title: 'gets back its traffic', target, precondition: {}, change }];
  const id = `undo-${caseId}-2`;
  await system.client.workflow.start('undoCase', {
    workflowId: id,
    taskQueue: taskQueues(system.configuration.taskQueuePrefix).cases,
    args: [{ ...input, undoes: { ...input.undoes, actions } }],
  });
  const view = await system.until(id, ['proposed', 'failed']);
  const page = await firebreak(system, 'case', id);
  const shown = Object.values(target).filter((text) => page.stdout.includes(text));
  const { code } = await approve(id, offered(view, 'undo')?.id ?? 'undo-000000');
  // What the case would do with an approval that it had got.
  if (code === 0) await system.until(id, ['undone', 'failed']);
  const changes = changesIn(system.sandbox, vault.name);
  expect({ shown, code, changes }).toEqual({ shown: Object.values(target), code: 1, changes: [] });
});

/** Answers as the case would, with one plan in place of the recommended one. */
type Show = (genuine: OfferedPlan, forged: Plan) => OfferedPlan;

test.each<[string, Show]>([
  ['the digest of another plan beside it', (genuine, forged) => ({ ...genuine, ...named(forged) })],
  [
    'the texts of a genuine plan and the actions of another',
    (genuine, forged) => ({ ...genuine, ...named(forged), plan: forged }),
  ],
])('a plan that is shown with %s is not approved, nothing is signed, nothing changed', async (_what, show) => {
  const { scenario, view } = await proposedCase(system);
  await cases.stop();
  const queues = taskQueues(system.configuration.taskQueuePrefix);
  const somebody = foreignWorker(system.client, queues.cases);
  const genuine = offered(view, 'evict')!;
  const traffic = [{ type: 'revision', revision: scenario.badRevision, percent: 100 }];
  const forged = withFirst(genuine.plan, { change: { traffic } }) as Plan;
  const shown = show(genuine, forged);
  const plans = view.proposal!.plans.map((one) => (one === genuine ? shown : one));
  somebody.show(view.id, { ...view, proposal: { ...view.proposal, plans } });
  const { code } = await approve(view.id, shown.id);
  const sent = somebody.heard() as readonly SignedDecision[];
  // What a signature that was got so is good for.
  const argument = { plan: forged, decisions: sent, action: forged.actions[0]!.id };
  if (sent.length > 0) await somebody.schedule(view, { activity: 'applyAction', on: queues.respond, argument });
  await somebody.stop();
  cases = system.startWorker(['cases']);
  const changes = changesIn(system.sandbox, scenario.service);
  expect({ code, sent, changes }).toEqual({ code: 1, sent: [], changes: [] });
});

function named(plan: Plan): { readonly id: string; readonly digest: string } {
  const digest = digestOf(plan);
  return { digest, id: `${plan.kind}-${digest.slice(0, 6)}` };
}
