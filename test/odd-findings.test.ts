import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { startSystem, type System } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '5' });
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

/** The proposal for the finding of a scenario, changed as a test likes. */
async function proposalOf({ caseId, notification }: Scenario, change: (text: string) => string) {
  system.sandbox.control.publish(JSON.parse(change(JSON.stringify(notification))));
  const { assessment, proposal } = await system.until(caseId, ['proposed']);
  return { assessment: assessment!, proposal: proposal! };
}

test('a finding about a service that was deleted says so, and offers no change', async () => {
  const scenario = seedScenario(system.sandbox);
  const { assessment, proposal } = await proposalOf(scenario, (text) =>
    text.replaceAll(scenario.service, `${scenario.service}-gone`),
  );
  expect(assessment.known.map(({ text }) => text)).toContain(`The service ${scenario.service}-gone has been deleted`);
  expect(JSON.stringify(assessment)).not.toContain('could not be read');
  expect(proposal.plans).toEqual([]);
  expect(proposal.recommendation.reason).toMatch(/has been deleted: there is nothing left to contain/);
});

test('a finding from the future is told apart from silence: no window of its can have anything in it yet', async () => {
  const scenario = seedScenario(system.sandbox);
  const later = new Date(Date.now() + 200_000_000).toISOString();
  const { finding } = scenario.notification;
  const { assessment } = await proposalOf(scenario, (text) =>
    text.replaceAll(String(finding['createTime']), later).replaceAll(String(finding['eventTime']), later),
  );
  const unknown = new Map(assessment.unknown.map(({ text, reason }) => [text, reason]));
  for (const [text, what] of [
    ['Other findings nearby', 'findings'],
    ['What the container’s logs say', 'log lines'],
    ['What the workload’s service account was used for', 'log lines'],
  ] as const)
    expect(unknown.get(text)).toMatch(new RegExp(`^there cannot be any ${what} from .* by this machine’s clock it is`));
  expect(JSON.stringify(assessment.known)).not.toContain('No other finding nearby');
  expect(JSON.stringify(assessment.known)).not.toContain('log lines saved');
});
