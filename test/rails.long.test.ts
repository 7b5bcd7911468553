import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listCases } from '../cli/cases/list-cases.ts';
import { stateProver } from '../cli/cases/proved-state.ts';
import { runFirebreak } from '../cli/test/run-firebreak.ts';
import { readHalt, writeHalt, writeResume } from '../runtime/halt.ts';
import { folderLedger } from '../runtime/ledger.ts';
import { trustDocument } from '../runtime/trust.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;

/** With `npm run test:all` only: the rest is the sample that everybody runs. */
const atLength = test.runIf(process.env['FIREBREAK_TEST_ALL'] !== undefined);
let ana: Analyst;

async function start(variables: Record<string, string> = {}): Promise<void> {
  system = await startSystem(variables);
  system.startIntake();
  ana = await system.addAnalyst('ana');
}

function publish(): Scenario {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  return scenario;
}

const marks = ({ findingName }: Scenario): string =>
  JSON.stringify(system.sandbox.control.findings.byName(findingName));

describe('a dry run goes the whole way and changes nothing', () => {
  afterAll(() => system.close());

  test.each(['of the case', 'of the respond process alone'])('dry run %s', async (where) => {
    const ofCase = where === 'of the case';
    await start(ofCase ? { FIREBREAK_MODE: 'dry-run', FIREBREAK_QUIET_WINDOW_SECONDS: '3600' } : {});
    const { rails } = system.configuration;
    system.startWorker(['cases', 'observe', 'virustotal']);
    // A respond process of mode live would change what a live plan says; the stricter of both wins.
    system.startWorker(['respond'], { rails: { ...rails, mode: ofCase ? 'live' : 'dry-run' } });
    const scenario = publish();
    const view = await system.until(scenario.caseId, ['proposed']);
    const modes = new Set(view.proposal?.plans.map(({ plan }) => plan.mode));
    expect([...modes]).toEqual([ofCase ? 'dry-run' : 'live']);
    await system.approve(view, ana, 'evict');
    const done = await system.until(scenario.caseId, ['contained', 'failed']);
    expect(done).toMatchObject({ state: 'contained', mode: 'dry-run' });
    expect(done.receipts.map(({ mode, result }) => [mode, result])).toEqual([
      ['dry-run', 'would-change'],
      ['dry-run', 'would-change'],
    ]);
    // The exact difference, also of the action that would follow the first.
    const [first, second] = done.receipts;
    expect(first?.after.traffic).toEqual([{ type: 'revision', revision: scenario.goodRevision, percent: 100 }]);
    expect(second?.before.scaling).toEqual({ mode: 'manual', manual: 0 });
    expect(second?.after.scaling).toEqual(first?.before.scaling);
    expect(done.timeline.map(({ text }) => text).join('\n')).toContain('the quiet window is skipped');
    expect(system.changes()).toEqual([]);
    await system.client.workflow.getHandle(scenario.caseId).result();
    expect(marks(scenario)).not.toContain('firebreak-state');
    await vi.waitFor(
      async () => {
        const listed = (await listCases(system.client, stateProver(system.configuration))).find(
          ({ id }) => id === scenario.caseId,
        );
        expect(listed).toMatchObject({ state: 'contained', mode: 'dry-run' });
      },
      { timeout: 60_000, interval: 200 },
    );
    if (ofCase) await system.close();
  });
});

test('submit --dry-run makes one case a dry run where others are live', async () => {
  await start();
  system.startWorker();
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.putFinding(scenario.notification);
  const file = join(system.stateDir, 'finding.json');
  await writeFile(file, JSON.stringify(scenario.notification));
  const args = ['submit', '--dry-run', file, '--state-dir', system.stateDir];
  const ended = await runFirebreak(args, { ...system.environment, TEMPORAL_ADDRESS: system.address });
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain('as a dry run');
  const view = await system.until(scenario.caseId, ['proposed']);
  expect(view.mode).toBe('dry-run');
  await system.approve(view, ana, 'scale-to-zero');
  const done = await system.until(scenario.caseId, ['contained', 'failed']);
  expect(done).toMatchObject({ state: 'contained', mode: 'dry-run', receipts: [{ result: 'would-change' }] });
  expect(system.changes()).toEqual([]);
  const live = publish();
  expect((await system.until(live.caseId, ['proposed'])).mode).toBe('live');
  await system.close();
});

describe('a halted system changes nothing until somebody resumes, and no case is lost', () => {
  beforeAll(async () => {
    await start({ FIREBREAK_QUIET_WINDOW_SECONDS: '4' });
    system.startWorker();
  });
  afterAll(() => system.close());

  const ledger = () => folderLedger(system.configuration.ledgerFolder);
  const halt = () => writeHalt(ledger(), { name: ana.id, key: ana.key }, 'the wrong service was hit');
  const resume = async () => {
    const standing = await readHalt(ledger(), trustDocument({ paths: system.paths }));
    await writeResume(ledger(), { name: ana.id, key: ana.key }, standing!, 'settled');
  };
  const askedAgain = (scenario: Scenario, digest: string) =>
    system.until(scenario.caseId, ['proposed'], ({ proposal }) => proposal?.digest !== digest);

  test('an approved plan that was halted is proposed again, with who halted and why; resumed and approved it contains', async () => {
    const scenario = publish();
    const view = await system.until(scenario.caseId, ['proposed']);
    await halt();
    await system.approve(view, ana, 'evict');
    const again = await askedAgain(scenario, view.proposal!.digest);
    expect(again.receipts.map(({ result }) => result)).toEqual(['halted']);
    expect(again.timeline.map(({ text }) => text).join('\n')).toMatch(
      /halted by ana at .*the wrong service was hit.*nothing was changed/,
    );
    expect(system.changes()).toEqual([]);
    await resume();
    await system.approve(again, ana, 'evict');
    expect((await system.until(scenario.caseId, ['contained', 'failed'])).state).toBe('contained');
  });

  atLength(
    'a case that was halted before it gave back says what was done and what was not, and offers the rest',
    async () => {
      const before = system.changes().length;
      const scenario = publish();
      const view = await system.until(scenario.caseId, ['proposed']);
      await system.approve(view, ana, 'evict');
      await system.until(scenario.caseId, ['verifying']);
      await halt();
      const again = await askedAgain(scenario, view.proposal!.digest);
      expect(again.receipts.map(({ result }) => result)).toEqual(['changed', 'halted']);
      expect(again.timeline.map(({ text }) => text).join('\n')).toMatch(
        /done: all traffic to .*not done: scaling given/,
      );
      const [finish] = again.proposal!.plans.filter(({ recommended }) => recommended);
      expect(finish?.plan).toMatchObject({ kind: 'finish', actions: [{ id: 'a2', when: 'at-once' }] });
      await resume();
      await system.approve(again, ana, 'finish');
      const done = await system.until(scenario.caseId, ['contained', 'failed']);
      expect(done.state).toBe('contained');
      expect(done.receipts.at(-1)?.after.scaling).toEqual(done.receipts[0]?.before.scaling);
      expect(system.changes()).toHaveLength(before + 2);
    },
  );
});

describe('promise 12: what is on the protected list is shown and cannot be approved', () => {
  beforeAll(async () => {
    await start({ FIREBREAK_PROTECTED: 'projects/rhea-prod-4421/locations/*/services/checkout-*' });
    system.startWorker();
  });
  afterAll(() => system.close());

  test('its plans say so, a vote for one is refused, and hand over is recommended', async () => {
    const scenario = publish();
    const view = await system.until(scenario.caseId, ['proposed']);
    expect(view.proposal?.recommendation.choice).toBe('hand-over');
    for (const { unavailable } of view.proposal!.plans) expect(unavailable).toContain('services/checkout-*');
    expect(await system.approve(view, ana, 'evict')).toMatchObject({ outcome: 'not-authorised' });
    expect(system.changes()).toEqual([]);
  });
});
