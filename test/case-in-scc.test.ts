import { afterAll, beforeAll, expect, test } from 'vitest';
import { caseIdOf } from '../model/case-id.ts';
import { parseFindingName } from '../model/finding-name.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
let intake: ReturnType<System['startIntake']>;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_CASE_URL: 'https://cases.example.com/{case}?from=scc' });
  intake = system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

const externalSystem = (name: string): unknown => {
  const { finding } = system.sandbox.control.findings.byName(name);
  return (finding as { externalSystems?: { firebreak?: unknown } }).externalSystems?.firebreak;
};

const acknowledged = (): number =>
  system.sandbox.control
    .calls({ method: 'Acknowledge' })
    .flatMap(({ request }) => (request as { ackIds: string[] }).ackIds).length;

/** Answers the run. */
async function handOver(caseId: string): Promise<string> {
  const proposed = await system.until(caseId, ['proposed']);
  expect((await system.send(caseId, await system.sign(proposed, ana, { kind: 'hand-over' }))).outcome).toBe('accepted');
  await system.until(caseId, ['handed-over']);
  await system.client.workflow.getHandle(caseId).result();
  return proposed.run;
}

test.each<[string, 'notify' | 'silent', number]>([
  ['moves eventTime and comes back', 'notify', 2],
  ['does neither', 'silent', 0],
])(
  'the finding in SCC shows the case with address, state and time, and no case is opened by that where writing %s',
  async (_, marks, echoes) => {
    system.sandbox.control.setReality({ marks });
    const scenario = seedScenario(system.sandbox);
    system.sandbox.control.publish(scenario.notification);
    await system.until(scenario.caseId, ['proposed']);
    // The echoes wait until the case has ended.
    await intake.stop();
    system.sandbox.control.clearCalls();
    const run = await handOver(scenario.caseId);
    expect(externalSystem(scenario.findingName)).toEqual({
      name: `${scenario.findingName}/externalSystems/firebreak`,
      externalUid: scenario.caseId,
      status: 'handed-over',
      externalSystemUpdateTime: expect.stringMatching(/^20\d\d-/),
      caseUri: `https://cases.example.com/${scenario.caseId}?from=scc`,
    });
    // Nothing that we wrote is later than what is known as our own.
    const { eventTime } = system.sandbox.control.findings.byName(scenario.findingName).finding;
    expect((await (await system.archiveIndex()).read(scenario.caseId))?.watermark).toBe(eventTime);
    intake = system.startIntake();
    // One of the marks, one of the external system.
    await expect.poll(acknowledged, { timeout: 20_000 }).toBe(echoes);
    const last = await system.client.workflow.getHandle(scenario.caseId).describe();
    expect({ run: last.runId, status: last.status.name }).toEqual({ run, status: 'COMPLETED' });
  },
);

test('a case ends, and is on record, where SCC refuses the external system: its time line says so', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.fault({ method: 'UpdateExternalSystem', code: 'PERMISSION_DENIED', count: 1 });
  system.sandbox.control.publish(scenario.notification);
  await handOver(scenario.caseId);
  const { timeline } = await system.view(scenario.caseId);
  expect(timeline.map(({ text }) => text).join('\n')).toMatch(
    /the finding in SCC does not show the case: 7 PERMISSION_DENIED/,
  );
  expect(externalSystem(scenario.findingName)).toBeUndefined();
  expect(await (await system.archiveIndex()).read(scenario.caseId)).toMatchObject({ state: 'handed-over' });
});

test('what may pass is tried again until the finding shows the case', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.fault({ method: 'UpdateExternalSystem', code: 'UNAVAILABLE', count: 2 });
  system.sandbox.control.publish(scenario.notification);
  await handOver(scenario.caseId);
  expect(externalSystem(scenario.findingName)).toMatchObject({ status: 'handed-over' });
});

test('findings that SCC keeps in a location of its own are found, related, marked and shown there', async () => {
  const scenario = seedScenario(system.sandbox);
  const text = JSON.stringify(scenario.notification);
  const inEurope = JSON.parse(
    text.replaceAll(/\/sources\/(\w+)\/(?:locations\/\w+\/)?findings\//g, '/sources/$1/locations/eu/findings/'),
  ) as { finding: { name: string; canonicalName: string } };
  const near = JSON.parse(JSON.stringify(inEurope).replaceAll(/findings\/(\w+)/g, 'findings/$1near')) as object;
  system.sandbox.control.putFinding(near);
  system.sandbox.control.publish(inEurope);
  const caseId = caseIdOf(parseFindingName(inEurope.finding.canonicalName)!);
  expect(caseId).toContain('_eu-');
  const proposed = await system.until(caseId, ['proposed']);
  expect(proposed).toMatchObject({ confirmed: 'confirmed' });
  expect(proposed.investigation?.related).toMatchObject({
    status: 'answered',
    value: { findings: [{ name: expect.stringContaining('/locations/eu/') }] },
  });
  await handOver(caseId);
  expect(externalSystem(inEurope.finding.name)).toMatchObject({
    name: expect.stringContaining('/locations/eu/findings/'),
    externalUid: caseId,
  });
  expect(JSON.stringify(system.sandbox.control.findings.byName(inEurope.finding.name))).toContain(
    '"firebreak-state":"handed-over"',
  );
});
