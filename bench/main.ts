// Measures Firebreak on this machine: `node bench/main.ts --help`. Prints tables with what they mean; never a test.
import { writeFile } from 'node:fs/promises';
import { describeMachine } from './machine.ts';
import { measureHistories } from './measures/history.ts';
import { measureIntake } from './measures/intake.ts';
import { measureLatency } from './measures/latency.ts';
import { measureWaiting } from './measures/memory.ts';
import { measureThroughput } from './measures/throughput.ts';
import { type BenchOptions, type Part, readOptions, usage, UsageError } from './options.ts';
import { reportText, type Results } from './report.ts';
import { type BenchSystem, startSystem } from './system.ts';

/** Notifications of each kind. */
const notifications = 1_000;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const machine = describeMachine();
  const measured: Partial<Results>[] = [];
  for (const part of options.only) {
    say(`measuring ${part}`);
    const system = await startSystem(options);
    try {
      measured.push({ temporal: system.temporal.description, ...(await measure(part, system, options)) });
    } finally {
      await system.close();
    }
  }
  const results: Results = Object.assign({ measuredAt: new Date().toISOString(), machine, temporal: '' }, ...measured);
  console.log(reportText(results));
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 2)}\n`);
}

/** Each part has a system of its own, so that what one leaves behind is not in the way of the next. */
async function measure(
  part: Part,
  system: BenchSystem,
  { rounds, cases, waiting }: BenchOptions,
): Promise<Partial<Results>> {
  switch (part) {
    case 'throughput':
      return { throughput: await measureThroughput(system, rounds, cases, say) };
    case 'latency':
      return { latency: await measureLatency(system) };
    case 'history':
      return { history: await measureHistories(system) };
    case 'intake':
      return { intake: await measureIntake(system, notifications) };
    case 'memory':
      return { memory: await measureWaiting(system, waiting, say) };
  }
}

function say(line: string): void {
  console.error(line);
}

if (process.argv.includes('--help')) {
  console.log(usage);
} else {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof UsageError ? `${error.message}\n${usage}` : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
