import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../model/case.ts';
import { closeClients, type RespondClients, respondClients } from '../runtime/google-clients.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
let clients: RespondClients;
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_WATCH_SECONDS: '600',
    FIREBREAK_WATCH_EVERY_SECONDS: '1',
  });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  clients = respondClients({ host: '127.0.0.1', port: system.sandbox.basePort }, 'live');
});
afterAll(async () => {
  await closeClients(clients);
  await system.close();
});

const place = 'projects/rhea-prod-4421/locations/europe-west1/services';

async function contained(): Promise<Scenario & { readonly run: string }> {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  await system.approve(await system.until(scenario.caseId, ['proposed']), ana, 'evict');
  const { run } = await system.until(scenario.caseId, ['contained']);
  await system.client.workflow.getHandle(scenario.caseId).result();
  return { ...scenario, run };
}

async function ownerWrites({ service }: Scenario, change: Parameters<RespondClients['services']['updateService']>[0]) {
  const [operation] = await clients.services.updateService({
    ...change,
    service: { ...change.service, name: `${place}/${service}` },
  });
  await operation.promise();
}

/** The case as the watch opened it again; what was seen stands first in its assessment. */
async function openedAgain({ caseId, run }: Awaited<ReturnType<typeof contained>>, seen: RegExp): Promise<CaseView> {
  const view = await system.until(caseId, ['proposed', 'withdrawn'], (now) => now.run !== run);
  expect(view.timeline[0]?.text).toMatch(seen);
  expect(view.state).toBe('proposed');
  expect(view.assessment?.known[0]?.text).toMatch(seen);
  expect(view.proposal?.assessment.known[0]?.text).toMatch(/^Seen after containment: /);
  return view;
}

test('a new deployment opens the case again, which lists show as before', async () => {
  const scenario = await contained();
  const name = `${scenario.service}-00099-own`;
  const response = await fetch(`http://127.0.0.1:${system.sandbox.basePort}/cloud-run/deploy`, {
    method: 'POST',
    body: JSON.stringify({ service: scenario.service, revision: { name, image: 'web:2' } }),
  });
  expect(response.ok).toBe(true);
  const view = await openedAgain(scenario, new RegExp(`a new deployment: ${name}`));
  const { typedSearchAttributes } = await system.client.workflow.getHandle(view.id).describe();
  expect(JSON.stringify(typedSearchAttributes)).toContain(scenario.service);
});

test('a change that somebody reverted opens the case again, though people have resolved its finding in SCC', async () => {
  const scenario = await contained();
  const { finding } = scenario.notification;
  const eventTime = new Date(Date.now() + 1_000).toISOString();
  const resolved = { ...finding, state: 'INACTIVE', eventTime };
  system.sandbox.control.putFinding({ ...scenario.notification, finding: resolved });
  await ownerWrites(scenario, {
    service: { scaling: { scalingMode: 'MANUAL', manualInstanceCount: 4 } },
    updateMask: { paths: ['scaling'] },
  });
  const view = await openedAgain(scenario, /the change was reverted: scaling is manual, 4 instances/);
  expect(view.assessment?.known.map(({ text }) => text)).toContain('SCC has this finding, resolved');
});

test('a new finding on the same resource opens the case again', async () => {
  const scenario = await contained();
  const { finding, ...rest } = scenario.notification;
  const another = (name: unknown): string => String(name).replace(/[^/]+$/, (id) => `${id}again`);
  const names = { name: another(finding['name']), canonicalName: another(finding['canonicalName']) };
  const eventTime = new Date(Date.now() + 1_000).toISOString();
  system.sandbox.control.putFinding({ ...rest, finding: { ...finding, ...names, eventTime, createTime: eventTime } });
  await openedAgain(scenario, /a new finding: /);
});

test('an outage of Cloud Run and a right that was taken away end no watch: what happens after them is seen', async () => {
  const scenario = await contained();
  for (const code of ['UNAVAILABLE', 'PERMISSION_DENIED'] as const)
    system.sandbox.control.fault({ method: 'GetService', code, count: 2 });
  await expect
    .poll(
      () => system.sandbox.control.calls({ method: 'GetService' }).filter(({ code }) => code === 'PERMISSION_DENIED'),
      {
        timeout: 60_000,
      },
    )
    .not.toEqual([]);
  await ownerWrites(scenario, {
    service: {
      traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: scenario.badRevision, percent: 100 }],
    },
    updateMask: { paths: ['traffic'] },
  });
  await openedAgain(scenario, new RegExp(`${scenario.badRevision} serves again`));
});
