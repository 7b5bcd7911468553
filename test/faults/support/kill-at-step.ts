import { setTimeout as pause } from 'node:timers/promises';
import { type CaseState, finalStates } from '../../../model/case.ts';
import type { Scenario } from '../../support/scenario.ts';
import { addApprover, type Analyst } from './analyst.ts';
import { approveToTheEnd, untilState } from './conduct.ts';
import { readWholeEvidence } from './evidence-whole.ts';
import { eventsOf, stepsOf, taskFailures } from './history-steps.ts';
import { type ProcessName, type ProcessSystem, startProcessSystem } from './process-system.ts';
import { replayDifferences } from './replays.ts';
import { publishScenario } from './publish-scenario.ts';
import { steadily } from './steadily.ts';

/** Each call takes that long, so that a step is still under way when it is seen. Milliseconds. */
const callTakes = 300;

/** What a case came to, in the words that have to be the same whatever was killed. */
export interface Outcome {
  readonly state: CaseState;
  /** Result of each receipt, in order. */
  readonly receipts: readonly string[];
  /** How many changes Cloud Run accepted. */
  readonly changes: number;
  /** What was in force, oldest first. */
  readonly inForce: readonly unknown[];
  readonly workflowTaskFailures: readonly string[];
  /** What strict replay finds: nothing. */
  readonly replay: readonly string[];
}

/** Where to kill what. */
export interface Kill {
  readonly process: ProcessName;
  /** A step of `stepsOf`, or `call METHOD N` for the respond role's Nth call of a method. */
  readonly step: string;
}

/** A system on which every call takes a while, with its approver. */
export async function startSlowSystem() {
  const system = await startProcessSystem();
  const analyst = await addApprover(system.paths, system.rootKey, 'ana');
  await slowDown(system);
  return { system, analyst };
}

/** Faults are not kept: also after each start of the sandbox. */
async function slowDown(system: ProcessSystem): Promise<void> {
  await system.control.fault({ method: '*', delayMilliseconds: callTakes, count: 1_000_000 });
}

/** A case that nothing disturbs: its steps, the respond role's calls, and what it comes to. */
export async function undisturbed(system: ProcessSystem, analyst: Analyst) {
  const scenario = await publishScenario(system.control);
  await approveToTheEnd(system.client, scenario.caseId, analyst);
  const outcome = await outcomeOf(system, scenario);
  const steps = stepsOf(await eventsOf(system.client, scenario.caseId));
  return { steps, calls: await callSteps(system, scenario), outcome };
}

/** Kills at most one process at a time: a second kill waits until the first one's victim was started again. */
let killing = Promise.resolve();

/** Every place to kill a process at: the steps of a case, and for the respond role each of its calls. */
export function killsOf(process: ProcessName, steps: readonly string[], calls: readonly string[]): Kill[] {
  return [...steps, ...(process === 'respond' ? calls : [])].map((step) => ({ process, step }));
}

/** Runs a case, kills the process when the step is reached, starts it again; answers what the case came to. */
export async function killAtStep(system: ProcessSystem, analyst: Analyst, kill: Kill): Promise<Outcome> {
  const scenario = await publishScenario(system.control);
  const ended = approveToTheEnd(system.client, scenario.caseId, analyst);
  await Promise.all([ended, killWhenReached(system, scenario, kill)]);
  return outcomeOf(system, scenario);
}

async function killWhenReached(system: ProcessSystem, scenario: Scenario, { process, step }: Kill): Promise<void> {
  await steadily(
    `${scenario.caseId} reaches ${step}`,
    async () => ((await reached(system, scenario, step)) ? true : undefined),
    300_000,
  );
  const mine = killing.then(async () => {
    await system.kill(process);
    // As long as a supervisor waits before it starts something again.
    await pause(500);
    await system.start(process);
    if (process === 'sandbox') await slowDown(system);
  });
  killing = mine;
  await mine;
}

async function reached(system: ProcessSystem, scenario: Scenario, step: string): Promise<boolean> {
  return step.startsWith('call ')
    ? (await callSteps(system, scenario)).includes(step)
    : stepsOf(await eventsOf(system.client, scenario.caseId)).includes(step);
}

/** The respond role's calls about a service so far. */
async function callSteps(system: ProcessSystem, { service }: Scenario): Promise<string[]> {
  const calls = (await system.control.calls()).filter(
    ({ role, request }) => role === 'respond' && JSON.stringify(request).includes(`/${service}"`),
  );
  return calls.map(({ method }, index) => {
    const name = method.split('/')[1] ?? method;
    return `call ${name} ${calls.slice(0, index + 1).filter((call) => call.method === method).length}`;
  });
}

/** Reads what a case came to; throws where its evidence is not whole or a compromised revision lives on. */
export async function outcomeOf(system: ProcessSystem, scenario: Scenario): Promise<Outcome> {
  const view = await untilState(system.client, scenario.caseId, [...finalStates]);
  const events = await steadily('the history is read', () => eventsOf(system.client, scenario.caseId));
  if ((await readWholeEvidence(system.paths.evidence, events)) === 0) throw new Error('no evidence is named');
  const { generation, history } = await steadily('the service is read', () => system.control.service(scenario.service));
  if (view.state === 'contained')
    await steadily(`${scenario.badRevision} has ended`, async () =>
      (await system.control.liveRevisions(scenario.service)).includes(scenario.badRevision) ? undefined : true,
    );
  return {
    state: view.state,
    receipts: view.receipts.map(({ result }) => result),
    changes: generation,
    inForce: history.map(({ targets, scaling }) => JSON.parse(renamed(scenario, { targets, scaling })) as unknown),
    workflowTaskFailures: taskFailures(events),
    replay: await steadily('the case is replayed', () => replayDifferences(system.client, scenario.caseId)),
  };
}

/** Services have names of their own; what is done to them has to be the same. */
function renamed({ service }: Scenario, value: object): string {
  return JSON.stringify(value).replaceAll(service, 'SERVICE');
}
