import { setTimeout as pause } from 'node:timers/promises';
import type { WorkerRole } from '../../../runtime/task-queues.ts';
import { workerRoles } from '../../../runtime/task-queues.ts';
import type { Scenario } from '../../support/scenario.ts';
import { seedScenario } from '../../support/scenario.ts';
import { startSystem, type System } from '../../support/system.ts';
import type { Analyst } from './analyst.ts';
import { answerToTheEnd } from './answer-to-the-end.ts';
import { checkPromises, type PlayedCase } from './check-promises.ts';
import type { Disturbance, Schedule } from './schedule.ts';

/** Short, so that what is late becomes a revision within a test. */
const budgetSeconds = '6';

type Part = ReturnType<System['startWorker']>;

/** Plays a schedule on a system of its own; throws where a promise is broken, naming the seed and what happened. */
export async function playSchedule(schedule: Schedule): Promise<readonly string[]> {
  const system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_INVESTIGATION_BUDGET_SECONDS: budgetSeconds,
    // What an owner deploys after a case has closed would open it again, with nobody left to answer: the watch has tests of its own.
    FIREBREAK_WATCH_SECONDS: '0',
    FIREBREAK_LOG_LEVEL: 'error',
  });
  try {
    return await play(system, schedule);
  } catch (error) {
    throw new Error(`replay with FIREBREAK_FAULT_SEED=${schedule.seed}\n${JSON.stringify(schedule, null, 1)}`, {
      cause: error,
    });
  } finally {
    await system.close();
  }
}

async function play(system: System, schedule: Schedule): Promise<readonly string[]> {
  const analyst = await system.addAnalyst('ana');
  const workers = new Map<WorkerRole, Part>(workerRoles.map((role) => [role, system.startWorker([role])]));
  const parts = { workers, intake: system.startIntake() };
  const scenarios = schedule.cases.map((which) => seedScenario(system.sandbox, { which }));
  for (const { notification } of scenarios) system.sandbox.control.publish(notification);
  const disturbed = disturb(system, parts, scenarios, schedule);
  const cases = await Promise.all([disturbed, ...scenarios.map((scenario) => runCase(system, analyst, scenario))]);
  const played = cases.filter((each) => each !== undefined);
  system.sandbox.control.clearFaults();
  await redeliverAll(system, scenarios);
  await checkPromises(system, played);
  return played.map(({ view }) => view.state);
}

async function runCase(system: System, analyst: Analyst, scenario: Scenario): Promise<PlayedCase> {
  const { firstRun, view } = await answerToTheEnd(system.client, scenario.caseId, analyst);
  return { scenario, firstRun, view };
}

async function disturb(
  system: System,
  parts: { readonly workers: Map<WorkerRole, Part>; intake: Part },
  scenarios: readonly Scenario[],
  { disturbances }: Schedule,
): Promise<undefined> {
  const began = Date.now();
  for (const { at, ...disturbance } of disturbances) {
    await pause(Math.max(0, at - (Date.now() - began)));
    await apply(system, parts, scenarios, disturbance);
  }
}

async function apply(
  system: System,
  parts: { readonly workers: Map<WorkerRole, Part>; intake: Part },
  scenarios: readonly Scenario[],
  disturbance: Disturbance,
): Promise<void> {
  const { control, basePort } = system.sandbox;
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${basePort}${path}`, { method: 'POST', body: JSON.stringify(body) });
  switch (disturbance.kind) {
    case 'fault':
      control.fault(disturbance.rule);
      return;
    case 'operation-fault': {
      const { service } = scenarios[disturbance.case]!;
      await post('/cloud-run/operation-fault', { service, code: disturbance.code });
      return;
    }
    case 'redelivery':
      for (let copy = 0; copy < disturbance.copies; copy += 1)
        control.publishRaw(JSON.stringify(scenarios[disturbance.case]!.notification));
      return;
    case 'worker-restart': {
      const { role } = disturbance;
      await parts.workers.get(role)?.stop();
      await pause(disturbance.pauseMilliseconds);
      parts.workers.set(role, system.startWorker([role]));
      return;
    }
    case 'intake-restart':
      await parts.intake.stop();
      await pause(disturbance.pauseMilliseconds);
      parts.intake = system.startIntake();
      return;
    case 'owner-deploys': {
      const { service } = scenarios[disturbance.case]!;
      const name = `${service}-00099-own`;
      await post('/cloud-run/deploy', {
        service,
        revision: { name, image: 'europe-west1-docker.pkg.dev/rhea-prod-4421/apps/next:1' },
      });
      return;
    }
    case 'clock-jump':
      control.advanceClock(disturbance.milliseconds);
      return;
    default:
      disturbance satisfies never;
  }
}

/** Every notification once more, after the end; answers when intake has taken everything. */
async function redeliverAll(system: System, scenarios: readonly Scenario[]): Promise<void> {
  for (const { notification } of scenarios) system.sandbox.control.publishRaw(JSON.stringify(notification));
  const pubsub = system.sandbox.control.section<{ subscriptions: Record<string, { messages: object }> }>(
    'pubsub',
    () => ({
      subscriptions: {},
    }),
  );
  const left = (): number =>
    Object.values(pubsub.value.subscriptions).reduce((sum, { messages }) => sum + Object.keys(messages).length, 0);
  const giveUp = Date.now() + 60_000;
  while (left() > 0) {
    if (Date.now() > giveUp) throw new Error(`${left()} messages are never acknowledged`);
    await pause(50);
  }
}
