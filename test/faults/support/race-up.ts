import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { runFirebreak } from '../../../cli/test/run-firebreak.ts';
import { type ConnectionDetails, statePaths } from '../../../runtime/state-folder.ts';
import { startUp, type UpProcess } from './up-processes.ts';

/** Starts so many `up` on one state folder at the same moment; checks that one runs, unharmed by the others. Answers that one. */
export async function raceUp(stateDir: string, port: number, racers: number): Promise<UpProcess> {
  const all = Array.from({ length: racers }, () => startUp(stateDir, port));
  try {
    const outcomes = await Promise.all(all.map(({ outcome }) => outcome));
    const output = all.map((each) => each.said()).join('\n---\n');
    const others = outcomes.filter((outcome) => outcome !== 'runs');
    expect(others, output).toEqual(Array.from({ length: racers - 1 }, () => 1));
    const winner = all[outcomes.indexOf('runs')]!;
    for (const other of all.filter((each) => each !== winner)) {
      expect(other.said()).toContain(`another 'firebreak up' (process ${winner.child.pid}) runs on the state folder`);
      expect(other.said()).toMatch(/Stop it with Ctrl-C.*or use another --state-dir and --port/);
      expect(other.said()).not.toMatch(/^\s+at /m);
    }
    await works(stateDir, winner);
    return winner;
  } catch (error) {
    for (const { child } of all) child.kill('SIGKILL');
    throw error;
  }
}

/** Its state folder names it, and what it started answers. */
export async function works(stateDir: string, { child }: UpProcess): Promise<void> {
  const { pid } = JSON.parse(await readFile(statePaths(stateDir).connection, 'utf8')) as ConnectionDetails;
  expect(pid).toBe(child.pid);
  const { stdout } = await runFirebreak(['doctor', '--json', '--state-dir', stateDir]);
  const checks = JSON.parse(stdout) as { name: string; status: string; detail: string }[];
  const states = Object.fromEntries(checks.map(({ name, status, detail }) => [name, `${status} ${detail}`]));
  for (const name of ['up', 'temporal', 'google cloud', 'trust document'])
    expect(states[name], JSON.stringify(checks, null, 1)).toMatch(/^ok /);
}
