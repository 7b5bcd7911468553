import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFirebreak } from '../../cli/test/run-firebreak.ts';
import type { Scenario } from './scenario.ts';
import type { System } from './system.ts';

/** What a person types on that system: `firebreak …`. */
export function typedOn({ stateDir, environment, address }: System) {
  return (...args: readonly string[]) =>
    runFirebreak([...args, '--state-dir', stateDir], { ...environment, TEMPORAL_ADDRESS: address });
}

/** `firebreak submit` of a scenario's notification, with some of its fields changed, in a file of its own. */
export async function submit(system: System, scenario: Scenario, change: Record<string, unknown> = {}) {
  const file = join(system.stateDir, `${scenario.service}.json`);
  const finding = { ...scenario.notification.finding, ...change };
  await writeFile(file, JSON.stringify({ ...scenario.notification, finding }));
  return typedOn(system)('submit', file, '--json');
}

/** SCC publishes it, with some of its fields changed. */
export function publish({ sandbox }: System, { notification }: Scenario, change: Record<string, unknown> = {}): void {
  sandbox.control.publish({ ...notification, finding: { ...notification.finding, ...change } });
}
