import { expect, test } from 'vitest';
import type { SettingsFlag } from '../../model/settings-flag.ts';
import { proposalFor } from '../playbooks/fixtures/world.ts';

const flags: SettingsFlag[] = [
  { id: 'managed-by', managers: [{ by: 'config-connector', mark: 'managed-by-cnrm=true' }] },
];

test('every plan for what a tool deploys says that the tool overwrites it, and people are told first what to pause', () => {
  const { plans, assessment } = proposalFor({ category: 'Reverse Shell' }, { settings: { flags } });
  expect(plans.length).toBeGreaterThan(3);
  for (const { plan } of plans)
    expect(plan.doesNotStop.at(-1)).toMatch(
      /^Config Connector \(managed-by-cnrm=true\), which overwrites this by itself within minutes/,
    );
  expect(assessment.todo[0]).toContain('Pause Config Connector (managed-by-cnrm=true)');
  expect(assessment.known).toContainEqual({
    text: 'It is deployed by a tool, which overwrites what is changed here',
    reason: 'Config Connector (managed-by-cnrm=true)',
  });
});

test('a plan for what people deploy says nothing of tools', () => {
  const { plans } = proposalFor({ category: 'Reverse Shell' }, { settings: { flags: [] } });
  expect(JSON.stringify(plans)).not.toContain('overwrites this');
});
