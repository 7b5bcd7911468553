import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were measured on; no names of hosts, no paths. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly system: string;
  /** How many processes wanted to run in the last minute before the bench: others than ours. */
  readonly loadBefore: number;
}

/** This machine. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}
