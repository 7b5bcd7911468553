import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaseView } from '../model/case.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { startSystem, type System } from './support/system.ts';

const deployer = 'deployer@rhea-prod-4421.iam.gserviceaccount.com';
/** Who made the compromised revision of the scenario. */
const attacker = 'jonas.brandt@example.com';
const goingBack = ['move-traffic', 'evict', 'quarantine'];

let system: System;
let trusting: System;
beforeAll(async () => {
  [system, trusting] = await Promise.all([
    startSystem(),
    startSystem({ FIREBREAK_TRUSTED_DEPLOYERS: `other@example.com,${attacker}` }),
  ]);
  for (const each of [system, trusting]) {
    each.startIntake();
    each.startWorker();
  }
});
afterAll(() => Promise.all([system.close(), trusting.close()]));

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** A line of Google's request log. */
function request({ service, goodRevision }: Scenario, minutes: number): void {
  system.sandbox.control.putLogEntries([
    {
      logName: 'projects/rhea-prod-4421/logs/run.googleapis.com%2Frequests',
      resource: {
        type: 'cloud_run_revision',
        labels: { service_name: service, location: 'europe-west1', revision_name: goodRevision },
      },
      timestamp: Date.parse(minutesAgo(minutes)),
      severity: 'INFO',
      insertId: `${goodRevision}-${minutes}`,
      labels: { instanceId: 'served' },
    },
  ]);
}

async function proposed(scenario: Scenario, given = system): Promise<CaseView> {
  given.sandbox.control.publish(scenario.notification);
  return given.until(scenario.caseId, ['proposed']);
}

function kindsOf({ proposal }: CaseView): string[] {
  return (proposal?.plans ?? []).map(({ plan }) => plan.kind);
}

/** What is missing to the revision that would be gone back to, which nothing goes back to. */
function missingTo({ goodRevision }: Scenario, view: CaseView): string | undefined {
  const { assessment, proposal } = view;
  expect(assessment?.knownGood).toBeUndefined();
  expect(kindsOf(view).filter((kind) => goingBack.includes(kind))).toEqual([]);
  const written = JSON.stringify(proposal?.plans.map(({ plan }) => plan.actions.map(({ change }) => change)));
  expect(written).not.toContain(`"revision":"${goodRevision}","percent":100`);
  expect(proposal?.plans.find(({ recommended }) => recommended)?.plan.kind).toBe('scale-to-zero');
  return assessment?.unknown.find(({ text }) => text === `${goodRevision} may be good, but it is not proved`)?.reason;
}

describe('no plan goes back to a revision that may be good and is not proved, and what is missing is said:', () => {
  test('planted days ago, without traffic, one request 40 minutes before the first sign', async () => {
    const planted = seedScenario(system.sandbox, { good: { served: false } });
    request(planted, 41);
    const missing = missingTo(planted, await proposed(planted));
    expect(missing).toContain('requests are known on one day only');
    expect(missing).toContain('less than 1 day before the first sign');
  });

  test('served for days, and made by the account that made the compromised one', async () => {
    const planted = seedScenario(system.sandbox, { good: { creator: attacker } });
    expect(missingTo(planted, await proposed(planted))).toContain(
      `created by the same account as the compromised one (${attacker}, which FIREBREAK_TRUSTED_DEPLOYERS does not name)`,
    );
  });

  test('has a share of the traffic now, and was made 40 minutes before the first sign', async () => {
    const planted = seedScenario(system.sandbox, { good: { createTime: minutesAgo(41) }, goodPercent: 50 });
    expect(missingTo(planted, await proposed(planted))).toContain('less than 1 day before the first sign');
  });

  test('has requests since the first sign only', async () => {
    const idle = seedScenario(system.sandbox, { good: { served: false } });
    request(idle, 0);
    expect(missingTo(idle, await proposed(idle))).toBe(
      'no requests of its own are known that came 1 day or more before the first sign',
    );
  });
});

describe('a plan goes back to a revision that', () => {
  test('served for days and was made by somebody else', async () => {
    const scenario = seedScenario(system.sandbox);
    const view = await proposed(scenario);
    expect(view.assessment?.knownGood).toEqual({
      name: scenario.goodRevision,
      reason: expect.stringContaining(`by ${deployer}`),
    });
    expect(kindsOf(view)).toContain('evict');
  });

  test('has a share of the traffic now, well before the first sign', async () => {
    const scenario = seedScenario(system.sandbox, { goodPercent: 50, good: { served: false } });
    expect((await proposed(scenario)).assessment?.knownGood?.reason).toContain('it has a share of the traffic now');
  });

  test('was made by the account of the compromised one, where the administrators trust it', async () => {
    const scenario = seedScenario(trusting.sandbox, { good: { creator: attacker } });
    const view = await proposed(scenario, trusting);
    expect(view.assessment?.knownGood?.name).toBe(scenario.goodRevision);
    expect(view.proposal?.plans.find(({ recommended }) => recommended)?.plan.kind).toBe('evict');
  });
});
