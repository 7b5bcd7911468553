import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { expect, vi } from 'vitest';
import type { ConnectionDetails } from '../../runtime/state-folder.ts';
import { processFacts } from '../process-facts.ts';

/** Tries again until the check passes; half a minute at most. */
export const waitFor = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 30_000, interval: 50 });

/** The noted process ids of worker and intake, restarted ones too: at least `count`. */
export async function processIds(folder: string, count = 2): Promise<number[]> {
  return waitFor(async () => {
    const files = ['worker.pids', 'intake.pids'].map((name) => readFile(join(folder, name), 'utf8'));
    const pids = (await Promise.all(files)).flatMap((text) => text.split('\n').filter(Boolean)).map(Number);
    expect(pids.length).toBeGreaterThanOrEqual(count);
    return pids;
  });
}

/** Passes when none of those processes is there. */
export async function expectGone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) expect(await processFacts(pid)).toHaveProperty('alive', false);
}

/** Whether that system's Temporal answers. */
export async function temporalAnswers(details: ConnectionDetails): Promise<boolean> {
  const connection = await Connection.connect({ address: details.temporalAddress, connectTimeout: 1000 }).catch(
    () => undefined,
  );
  await connection?.close();
  return connection !== undefined;
}

/** A process as `ps` lists it. */
export interface Listed {
  readonly pid: number;
  readonly command: string;
}

/** A process's children. */
export async function childrenOf(parent: number): Promise<Listed[]> {
  const text = await new Promise<string>((resolve, reject) => {
    let output = '';
    const ps = spawn('ps', ['-A', '-o', 'pid=,ppid=,args=']);
    ps.stdout.on('data', (chunk) => (output += String(chunk)));
    ps.once('error', reject).once('close', () => resolve(output));
  });
  return [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)]
    .filter(([, , ppid]) => Number(ppid) === parent)
    .map(([, pid, , command]) => ({ pid: Number(pid), command: command ?? '' }));
}

/** A process's children, their children, and so on. */
export async function allBelow(parent: number): Promise<Listed[]> {
  const children = await childrenOf(parent);
  return [...children, ...(await Promise.all(children.map(({ pid }) => allBelow(pid)))).flat()];
}
