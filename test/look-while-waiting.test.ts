import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../model/case.ts';
import { caseQuery, lookSignal } from '../model/temporal-names.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { startCase } from './support/start-case.ts';
import { startSystem, type System } from './support/system.ts';
import { startTimeSkipping } from './support/time-skipping.ts';

let system: System;
let skipping: Awaited<ReturnType<typeof startTimeSkipping>>;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  skipping = await startTimeSkipping(system.configuration);
});
afterAll(async () => {
  await skipping.close();
  await system.close();
});

/** An owner of the service deploys a revision. */
async function deploy({ service }: Pick<Scenario, 'service'>, name: string): Promise<void> {
  const revision = { name, image: 'europe-docker.pkg.dev/rhea/web/fix:1', creator: 'ana@rhea.example' };
  const response = await fetch(`http://127.0.0.1:${system.sandbox.basePort}/cloud-run/deploy`, {
    method: 'POST',
    body: JSON.stringify({ service, revision }),
  });
  if (!response.ok) throw new Error(await response.text());
}

test('a case that waits looks at its resource when its page is read, once a minute at most, and revises its proposal where an owner has deployed', async () => {
  const scenario = seedScenario(system.sandbox);
  const handle = await startCase(system, skipping.client, scenario);
  const viewed = async (condition: (view: CaseView) => boolean): Promise<CaseView> => {
    for (;;) {
      const view = await handle.query<CaseView>(caseQuery);
      if (condition(view)) return view;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const read = () => handle.signal(lookSignal, { why: 'page' });
  const looks = () =>
    system.sandbox.control.calls({ method: 'GetService' }).filter(({ role }) => role === 'observe').length;
  const first = await viewed(({ state, lookedAt }) => state === 'proposed' && lookedAt !== undefined);
  const before = looks();
  // What is on the page was just read.
  await read();
  await handle.signal(lookSignal, { why: 'because' });
  await viewed(({ timeline }) => timeline.some(({ text }) => text.includes('no word to look was ignored')));
  expect(looks()).toBe(before);

  await skipping.sleep(61_000);
  await read();
  const same = await viewed(({ lookedAt }) => lookedAt !== first.lookedAt);
  expect(looks()).toBe(before + 1);
  expect([same.proposal?.revision, same.timeline.length]).toEqual([1, first.timeline.length + 1]);

  const fix = `${scenario.service}-00099-fix`;
  await deploy(scenario, fix);
  await skipping.sleep(61_000);
  await read();
  const revised = await viewed(({ proposal }) => proposal?.revision === 2);
  const plans = revised.proposal!.plans.filter(({ plan }) =>
    ['evict', 'move-traffic', 'scale-to-zero'].includes(plan.kind),
  );
  expect(plans.length).toBe(3);
  for (const { plan } of plans) {
    expect(plan.actions[0]?.precondition.template?.revision).toBe(fix);
    expect(plan.breaks.join()).toMatch(new RegExp(`${fix} \\(deployed .* by ana@rhea.example\\) is newer than`));
  }
  // A vote for what was shown before is for nothing that is offered now.
  const offered = new Set(revised.proposal!.plans.map(({ digest }) => digest));
  for (const { digest } of first.proposal!.plans.filter(({ plan }) => plan.kind === 'evict'))
    expect(offered.has(digest)).toBe(false);
  await handle.terminate();
});
