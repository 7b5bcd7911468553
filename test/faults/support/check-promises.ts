import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import type { CaseView } from '../../../model/case.ts';
import type { OperationRecord } from '../../../sandbox/cloud-run/operation-record.ts';
import type { Scenario } from '../../support/scenario.ts';
import type { System } from '../../support/system.ts';
import { readWholeEvidence } from './evidence-whole.ts';
import { eventsOf, taskFailures } from './history-steps.ts';
import { replayDifferences } from './replays.ts';

/** A case that has ended. */
export interface PlayedCase {
  readonly scenario: Scenario;
  /** The run in which it was seen first. */
  readonly firstRun: string;
  readonly view: CaseView;
}

/** Checks what holds whatever went wrong. Throws where something does not. */
export async function checkPromises(system: System, cases: readonly PlayedCase[]): Promise<void> {
  for (const played of cases) {
    await checkOneRun(system, played);
    checkDecisionsAndReceipts(played);
    checkChanges(system, played);
    if (played.view.state === 'contained') await checkContained(system, played);
  }
  await checkLedger(system, cases);
  expect(await filesIn(system.paths.deadLetters), 'dead letters').toEqual([]);
}

/** One case a finding, in one run, whose workflow code never failed, whose history replays, and whose evidence is whole. */
async function checkOneRun(system: System, { scenario: { caseId }, firstRun }: PlayedCase): Promise<void> {
  const handle = system.client.workflow.getHandle(caseId);
  await handle.result();
  const { runId, status } = await handle.describe();
  expect({ caseId, runId, status: status.name }).toEqual({ caseId, runId: firstRun, status: 'COMPLETED' });
  const events = await eventsOf(system.client, caseId);
  expect(taskFailures(events), `${caseId}: failed workflow tasks`).toEqual([]);
  expect(await replayDifferences(system.client, caseId), `${caseId}: strict replay`).toEqual([]);
  expect(await readWholeEvidence(system.paths.evidence, events)).toBeGreaterThan(0);
}

/** The ids of the decisions that were accepted, with the plan that each approves. */
function acceptedPlans({ view }: PlayedCase): Map<string, string> {
  const accepted = view.decisions.filter(({ answer }) => answer.outcome === 'accepted');
  return new Map(
    accepted.flatMap(({ decision: { id, choice } }) => (choice.kind === 'plan' ? [[id, choice.plan] as const] : [])),
  );
}

/** Each receipt is for a plan that was approved, by decisions that were accepted, and each action of a plan has one receipt. */
function checkDecisionsAndReceipts(played: PlayedCase): void {
  const accepted = acceptedPlans(played);
  const { receipts, id } = played.view;
  for (const { plan, decisions, action, result } of receipts) {
    if (result === 'refused') continue;
    expect(decisions.length, `${id}: decisions of ${action}`).toBeGreaterThan(0);
    for (const decision of decisions) expect(accepted.get(decision), `${id}: what ${decision} approves`).toBe(plan);
  }
  const actions = receipts.map(({ plan, action }) => `${plan} ${action}`);
  expect(new Set(actions).size, `${id}: one receipt an action`).toBe(actions.length);
}

/** Changes name an accepted decision, and no approved action was effective twice. */
function checkChanges(system: System, played: PlayedCase): void {
  const { scenario, view } = played;
  const accepted = acceptedPlans(played);
  const tried = system.sandbox.control
    .calls({ method: 'UpdateService', role: 'respond' })
    .filter(({ request }) => JSON.stringify(request).includes(`/${scenario.service}"`));
  for (const { reason = '' } of tried) {
    const [, named, ids = ''] = /^firebreak case (\S+) decision (.+)$/.exec(reason) ?? [];
    expect(named, `${view.id}: the case that a call names`).toBe(view.id);
    for (const id of ids.split(' ')) expect([...accepted.keys()], `${view.id}: a call names ${id}`).toContain(id);
  }
  const { value } = system.sandbox.control.section<{ operations: Record<string, OperationRecord> }>(
    'cloud-run',
    () => ({
      operations: {},
    }),
  );
  const effective = Object.values(value.operations).filter(
    ({ service, actor, error }) =>
      service.endsWith(`/${scenario.service}`) && actor.startsWith('firebreak-respond') && error === undefined,
  );
  const count = (result: string): number => view.receipts.filter((receipt) => receipt.result === result).length;
  const unknown = view.timeline.filter(({ text }) => text.includes('whether the change was made is not known')).length;
  // Of a call without an answer it may not be known whose change it was.
  const nobodys = view.receipts.filter(({ whose }) => whose !== undefined).length;
  const most = count('changed') + count('failed') + unknown + nobodys;
  expect(effective.length, `${view.id}: effective changes`).toBeLessThanOrEqual(most);
  expect(effective.length, `${view.id}: effective changes`).toBeGreaterThanOrEqual(count('changed'));
}

/** The plan's changes are in place, and instances of the compromised revision end (with a zero quiet window nobody waits for those that linger). */
async function checkContained(system: System, { scenario, view }: PlayedCase): Promise<void> {
  const url = `http://127.0.0.1:${system.sandbox.basePort}/cloud-run/instances?service=${scenario.service}`;
  await expect
    .poll(
      async () => {
        const { instances } = (await (await fetch(url)).json()) as { instances: { revision: string; state: string }[] };
        return instances.filter(({ state }) => state !== 'stopping').map(({ revision }) => revision);
      },
      { message: `${view.id}: live`, timeout: 30_000 },
    )
    .not.toContain(scenario.badRevision);
  const last = view.receipts.at(-1);
  const ofLastPlan = view.receipts.filter(({ plan }) => plan === last?.plan);
  expect(ofLastPlan.length, `${view.id}: receipts`).toBeGreaterThan(0);
  for (const { result } of ofLastPlan) expect(['changed', 'already-so'], view.id).toContain(result);
}

/** The ledger has entries for approved actions only. */
async function checkLedger(system: System, cases: readonly PlayedCase[]): Promise<void> {
  const approved = new Set(cases.flatMap((played) => [...acceptedPlans(played).values()]));
  for (const file of await filesIn(system.paths.ledger)) {
    // The governor's: which resources were changed in an hour; which plans were begun; which rosters were seen; whose turn it was at a resource.
    if (/^(slot|plan|roster|turn)\./.test(file)) continue;
    expect(file, 'in the ledger').toMatch(/^[0-9a-f]{64}\.a\d+(\.receipt|\.call\d+|\.back\d+)?\.json$/);
    expect([...approved], `approved: ${file}`).toContain(file.slice(0, 64));
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
