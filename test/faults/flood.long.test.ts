import { afterEach, expect, test } from 'vitest';
import { floodWithCopies, untilTaken } from './support/flood.ts';
import { startProcessSystem, type ProcessSystem } from './support/process-system.ts';
import { seedOver } from './support/publish-scenario.ts';
import { sideBySide } from './support/side-by-side.ts';
import { steadily } from './support/steadily.ts';

let system: ProcessSystem | undefined;
afterEach(() => system?.close());

test('the same notification 1,000 times from twenty publishers, intake killed twice in between: one case', async () => {
  system = await startProcessSystem();
  await floodWithCopies(system, 1_000, 12);
}, 600_000);

test('2,000 findings at once, three intakes, two workers a role: a case each, none lost', async () => {
  const running = await startProcessSystem({
    FIREBREAK_LOG_CALLS_PER_MINUTE: '100000',
    FIREBREAK_FINDING_READS_PER_MINUTE: '100000',
  });
  system = running;
  await Promise.all(
    (['intake', 'intake', 'cases', 'observe', 'virustotal', 'respond'] as const).map((name) =>
      running.startAnother(name),
    ),
  );
  const { notification, findingName } = await seedOver(running.control);
  const own = findingName.split('/').at(-1)!;
  const ids = Array.from({ length: 2_000 }, (_, index) => `${own.slice(0, 22)}n${index}`);
  const began = Date.now();
  const since = (): string => `${((Date.now() - began) / 1000).toFixed(0)} s`;
  await sideBySide(ids, 20, async (id) => {
    await running.control.publish(JSON.parse(JSON.stringify(notification).replaceAll(own, id)) as object);
  });
  console.log(`2,000 findings published after ${since()}`);
  await untilTaken(running, 900_000);
  console.log(`all acknowledged after ${since()}`);
  const count = async (query: string) => (await running.client.workflow.count(query)).count;
  await steadily(
    'every case is proposed',
    async () => ((await count("CaseState = 'proposed'")) === ids.length ? true : undefined),
    2_400_000,
  );
  console.log(`all proposed after ${since()}`);
  // One run each: as many runs as findings.
  expect(await count("WorkflowType = 'respondToFinding'")).toBe(ids.length);
}, 3_600_000);
