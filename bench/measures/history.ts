import { driveBare } from '../bare/drive.ts';
import { driveCase, watchProposed } from '../drive-cases.ts';
import { seedCases } from '../seeded-cases.ts';
import { median } from '../statistics.ts';
import type { BenchSystem } from '../system.ts';

/** What one run leaves in Temporal. */
export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
}

/** Medians over some runs, each alone. */
export interface Histories {
  readonly cases: HistorySize;
  readonly bare: HistorySize;
}

const runs = 5;

/** Events and bytes of the history of a closed case, and of a bare workflow, as the server describes them. */
export async function measureHistories(system: BenchSystem): Promise<Histories> {
  const proposed = watchProposed(system);
  const cases: HistorySize[] = [];
  const bare: HistorySize[] = [];
  try {
    for (const seeded of await seedCases(system.sandbox, runs)) {
      await driveCase(system, proposed, seeded);
      cases.push(await sizeOf(system, seeded.caseId));
      bare.push(await sizeOf(system, await driveBare(system)));
    }
  } finally {
    await proposed.stop();
  }
  return { cases: medians(cases), bare: medians(bare) };
}

async function sizeOf({ client }: BenchSystem, workflowId: string): Promise<HistorySize> {
  const { historyLength, historySize } = await client.workflow.getHandle(workflowId).describe();
  return { events: historyLength, bytes: historySize ?? Number.NaN };
}

function medians(sizes: readonly HistorySize[]): HistorySize {
  return { events: median(sizes.map(({ events }) => events)), bytes: median(sizes.map(({ bytes }) => bytes)) };
}
