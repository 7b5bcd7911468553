import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks a second in /proc; fixed at 100 on Linux for every architecture that Node runs on. */
const ticksPerSecond = 100;

/**
 * CPU seconds (user and system) that a process and the processes below it have used so far, or, of this process, itself alone; undefined
 * where the system has no /proc.
 */
async function cpuSeconds(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const children = pid === process.pid ? [] : await childrenOf(pid);
  const below = await Promise.all(children.map(cpuSeconds));
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The program's name, in brackets, may hold anything; the fields after it are numbers. utime and stime are fields 14 and 15 of proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  return below.reduce<number>((sum, part) => sum + (part ?? 0), own);
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) =>
    list
      .split(' ')
      .filter((text) => text !== '')
      .map(Number),
  );
}

/** CPU seconds by process since `since`; processes that cannot be measured are left out. */
export type CpuTimes = Readonly<Record<string, number>>;

/** CPU seconds so far of each named process. */
export async function cpuTimes(pids: Readonly<Record<string, number | undefined>>): Promise<CpuTimes> {
  const entries = await Promise.all(
    Object.entries(pids).map(
      async ([name, pid]) => [name, pid === undefined ? undefined : await cpuSeconds(pid)] as const,
    ),
  );
  return Object.fromEntries(entries.flatMap(([name, seconds]) => (seconds === undefined ? [] : [[name, seconds]])));
}

/** What was used between two readings. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

/** The sum over processes, without the named ones. */
export function cpuSum(times: CpuTimes, without: readonly string[] = []): number {
  return Object.entries(times).reduce((sum, [name, seconds]) => sum + (without.includes(name) ? 0 : seconds), 0);
}
