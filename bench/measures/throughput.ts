import { type CpuTimes, cpuBetween, cpuSum, cpuTimes } from '../cpu-time.ts';
import { driveBare } from '../bare/drive.ts';
import { driveCase, watchProposed } from '../drive-cases.ts';
import { seedCases } from '../seeded-cases.ts';
import { median } from '../statistics.ts';
import type { BenchSystem } from '../system.ts';

/** How many are under way at a time. */
const inFlight = 50;

/** One side in one round. */
export interface Run {
  /** Whole cases, or bare workflows, a second. */
  readonly perSecond: number;
  /** CPU seconds for one, by process. */
  readonly cpu: CpuTimes;
}

/** Both sides in one round, one after the other. */
export interface Round {
  readonly cases: Run;
  readonly bare: Run;
}

/** The result over all rounds; ratios are medians of the rounds. */
export interface Throughput {
  readonly rounds: readonly Round[];
  readonly inFlight: number;
  /** Cases a second divided by bare workflows a second, everything counted. */
  readonly ratio: number;
  /** The same with the sandbox's share of the CPU given back; undefined where CPU is not measured. */
  readonly ratioWithoutSandbox?: number;
  /** CPU of a bare workflow divided by CPU of a case: hardly moved by what else the machine does. */
  readonly cpuRatio?: number;
  readonly cpuRatioWithoutSandbox?: number;
}

/** Runs both sides alternately on the same server. `count`: how many are measured a round. */
export async function measureThroughput(
  system: BenchSystem,
  rounds: number,
  count: number,
  say: (line: string) => void,
): Promise<Throughput> {
  const done: Round[] = [];
  await runBare(system, inFlight);
  await runCases(system, inFlight);
  say('warmed up');
  for (let round = 1; round <= rounds; round += 1) {
    const bare = await runBare(system, count);
    const cases = await runCases(system, count);
    done.push({ cases, bare });
    say(
      `round ${round}: ${cases.perSecond.toFixed(1)} cases/s, bare ${bare.perSecond.toFixed(1)}/s, ratio ${(cases.perSecond / bare.perSecond).toFixed(2)}; CPU ${cpuText(cases)}; bare ${cpuText(bare)}`,
    );
  }
  return { rounds: done, inFlight, ...ratios(done) };
}

function cpuText({ cpu }: Run): string {
  return `${(cpuSum(cpu) * 1000).toFixed(0)} ms (${Object.entries(cpu)
    .map(([name, seconds]) => `${name} ${(seconds * 1000).toFixed(1)}`)
    .join(', ')})`;
}

function ratios(rounds: readonly Round[]) {
  const measured = rounds.every(({ cases }) => 'sandbox' in cases.cpu);
  const ratio = median(rounds.map(({ cases, bare }) => cases.perSecond / bare.perSecond));
  if (!measured) return { ratio };
  const share = ({ cases }: Round): number => cpuSum(cases.cpu) / cpuSum(cases.cpu, ['sandbox']);
  return {
    ratio,
    ratioWithoutSandbox: median(rounds.map((round) => (round.cases.perSecond * share(round)) / round.bare.perSecond)),
    cpuRatio: median(rounds.map(({ cases, bare }) => cpuSum(bare.cpu) / cpuSum(cases.cpu))),
    cpuRatioWithoutSandbox: median(rounds.map(({ cases, bare }) => cpuSum(bare.cpu) / cpuSum(cases.cpu, ['sandbox']))),
  };
}

async function runCases(system: BenchSystem, count: number): Promise<Run> {
  const seeded = await seedCases(system.sandbox, count);
  const proposed = watchProposed(system);
  try {
    return await together(count, system.casePids, async () => {
      const next = seeded.pop();
      if (next === undefined) throw new RangeError('every seeded case is used up');
      await driveCase(system, proposed, next);
    });
  } finally {
    await proposed.stop();
  }
}

function runBare(system: BenchSystem, count: number): Promise<Run> {
  return together(count, system.barePids, async () => void (await driveBare(system)));
}

/**
 * Keeps `inFlight` under way until `count` are done, and measures from the first start to the last end. They go in waves, since all wait for the
 * same list: a window within the run would count a part of a wave that does not end in it.
 */
async function together(count: number, pids: Parameters<typeof cpuTimes>[0], drive: () => Promise<void>): Promise<Run> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await drive();
    }
  };
  const first = await reading(pids);
  await Promise.all(Array.from({ length: inFlight }, lane));
  const last = await reading(pids);
  const used = cpuBetween(first.cpu, last.cpu);
  return {
    perSecond: (count * 1000) / (last.at - first.at),
    cpu: Object.fromEntries(Object.entries(used).map(([name, seconds]) => [name, seconds / count])),
  };
}

interface Reading {
  /** Milliseconds. */
  readonly at: number;
  readonly cpu: CpuTimes;
}

async function reading(pids: Parameters<typeof cpuTimes>[0]): Promise<Reading> {
  const cpu = await cpuTimes(pids);
  return { at: performance.now(), cpu };
}
