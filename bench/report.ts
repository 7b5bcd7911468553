import { type CpuTimes, cpuSum } from './cpu-time.ts';
import type { Machine } from './machine.ts';
import type { Histories } from './measures/history.ts';
import type { IntakeRates } from './measures/intake.ts';
import type { Latency } from './measures/latency.ts';
import type { Waiting } from './measures/memory.ts';
import type { Run, Throughput } from './measures/throughput.ts';
import { median } from './statistics.ts';

/** All that was measured; what was not asked for is absent. */
export interface Results {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly temporal: string;
  readonly throughput?: Throughput;
  readonly latency?: Latency;
  readonly history?: Histories;
  readonly intake?: IntakeRates;
  readonly memory?: readonly Waiting[];
}

/** A line of a table. */
type Row = readonly [what: string, value: string];

const round = (value: number, decimals = 0): string => value.toFixed(decimals);
const ms = (value: number): string => `${round(value)} ms`;
const mb = (bytes: number): string => `${round(bytes / 1e6)} MB`;

/** The results as tables, each with what it means. */
export function reportText(results: Results): string {
  const { machine, temporal, throughput, latency, history, intake, memory } = results;
  return [
    `${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB, Node ${machine.node}, ${machine.system}; load before: ${machine.loadBefore}`,
    temporal,
    ...(throughput === undefined ? [] : throughputText(throughput)),
    ...(latency === undefined ? [] : latencyText(latency)),
    ...(history === undefined ? [] : historyText(history)),
    ...(intake === undefined ? [] : intakeText(intake)),
    ...(memory === undefined ? [] : memoryText(memory)),
    '',
  ].join('\n');
}

function table(title: string, rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([what]) => what.length));
  return ['', title, ...rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`)];
}

function throughputText({ rounds, inFlight, ...ratios }: Throughput): string[] {
  const rate = (side: 'cases' | 'bare') => round(median(rounds.map((one) => one[side].perSecond)), 1);
  const rows: Row[] = [
    ['cases a second', rate('cases')],
    ['bare workflows a second', rate('bare')],
    [
      'ratio, everything counted',
      `${round(ratios.ratio, 2)}   rounds: ${rounds.map(({ cases, bare }) => round(cases.perSecond / bare.perSecond, 2)).join(', ')}`,
    ],
  ];
  if (ratios.ratioWithoutSandbox !== undefined)
    rows.push(['ratio without the sandbox', round(ratios.ratioWithoutSandbox, 2)]);
  if (ratios.cpuRatio !== undefined && ratios.cpuRatioWithoutSandbox !== undefined) {
    rows.push(
      ['ratio of CPU, everything counted', round(ratios.cpuRatio, 2)],
      ['ratio of CPU without the sandbox', round(ratios.cpuRatioWithoutSandbox, 2)],
    );
    rows.push(
      ['CPU a case', cpuText(rounds.map(({ cases }) => cases))],
      ['CPU a bare workflow', cpuText(rounds.map(({ bare }) => bare))],
    );
  }
  return [
    ...table(
      `Throughput: ${inFlight} under way at a time, ${rounds.length} alternating rounds, medians; goal of the ratio: at least 0.70`,
      rows,
    ),
    '  A case: published to Pub/Sub, proposed, approved by a signed decision sent as an update, contained on Cloud Run with a zero quiet window,',
    '  marked, closed. Bare: a TypeScript workflow with six no-op activities one after the other, a wait bounded by a timer, and an update.',
    '  CPU is user and system time of each process (from /proc), the driver of this bench included. Without the sandbox: on a machine that is',
    '  busy throughout, throughput goes with the CPU that a case takes, so the rate is multiplied by all CPU ÷ (all CPU − the sandbox’s). The',
    '  ratio of CPU is the CPU of a bare workflow ÷ that of a case: what else runs on the machine hardly moves it.',
  ];
}

function cpuText(runs: readonly Run[]): string {
  const cpu: CpuTimes = Object.fromEntries(
    Object.keys(runs[0]?.cpu ?? {}).map((name) => [name, median(runs.map((run) => run.cpu[name] ?? 0))]),
  );
  const parts = Object.entries(cpu).map(([name, seconds]) => `${name} ${round(seconds * 1000)}`);
  return `${ms(cpuSum(cpu) * 1000)} (${parts.join(', ')})`;
}

function latencyText({ alone, together, chain, workflowTask, goal }: Latency): string[] {
  return [
    ...table('Publish to proposal', [
      ['one alone, p50', `${ms(alone.p50)}   goal: at most ${ms(goal)}`],
      [`${together.atOnce} at once, p50`, ms(together.p50)],
      [`${together.atOnce} at once, p95`, ms(together.p95)],
      [
        'longest chain of calls',
        `${ms(chain.total)}   publish ${round(chain.publish)}, start ${round(chain.start)}, fetch ${round(chain.fetch)}, investigate ${round(chain.investigate)}`,
      ],
      ['a workflow task', ms(workflowTask)],
    ]),
    '  The goal is twice the longest chain of calls and four workflow tasks. Each call of the chain was made from this process with the same',
    '  clients and nothing between them; the calls of the investigation side by side. A workflow task: of a bare workflow alone, from scheduled',
    '  to completed.',
  ];
}

function historyText({ cases, bare }: Histories): string[] {
  return table('History, as the server describes it', [
    ['a case', `${cases.events} events, ${round(cases.bytes / 1000, 1)} kB`],
    ['a bare workflow', `${bare.events} events, ${round(bare.bytes / 1000, 1)} kB`],
  ]);
}

function intakeText({ notifications, fresh, redelivered, foreign }: IntakeRates): string[] {
  return [
    ...table('Intake, one process', [
      ['new', `${round(fresh)} a second`],
      ['redelivered', `${round(redelivered)} a second`],
      ['foreign', `${round(foreign)} a second`],
    ]),
    `  ${notifications} notifications of each kind had piled up; from the first to the last acknowledgement. New: each becomes a case. Redelivered: the`,
    '  same again while their cases run. Foreign: findings that are not threats to Cloud Run. No worker served the cases.',
  ];
}

function memoryText(sizes: readonly Waiting[]): string[] {
  return [
    ...table(
      'The worker while cases wait for a decision',
      sizes.map(({ cases, memory, read, decide }): Row => [
        `${cases} waiting`,
        `heap ${mb(memory.heap)}, resident ${mb(memory.resident)}; proposal read in ${round(read.p50)}/${ms(read.p95)}, decision answered in ${round(decide.p50)}/${ms(decide.p95)} (p50/p95)`,
      ]),
    ),
    '  Heap after forced collection in all threads. Read and answered were the cases that had waited longest: those that are no longer in the',
    '  worker’s cache are replayed first, which falls on the reading.',
  ];
}
