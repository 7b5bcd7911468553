import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Child, ChildSpec } from './child.ts';
import { ChildEndedError, startChild } from './child.ts';

/** What happens when a child ends by itself. */
type WhenItEnds = 'everything-stops' | 'restart';

/** Resolves when a child does its work. */
type Ready = (signal: AbortSignal) => Promise<void>;

/** Milliseconds. */
const backOff = {
  first: 500,
  longest: 30_000,
  /** A child that lived so long starts with the first delay again. */ forgiven: 60_000,
};

/** The exit code for wrong use or configuration: the same start would end the same way again. */
const configurationError = 2;

/** Several child processes that belong together. */
export interface Processes {
  /**
   * Starts a child; its output goes to `logs/NAME.log`. With `ready` it waits for that too (to be given up when the signal is aborted), and
   * throws ChildEndedError where the child ends first.
   */
  readonly start: (spec: ChildSpec, whenItEnds: WhenItEnds, ready?: Ready) => Promise<void>;
  /** Takes charge of a child that was started elsewhere; everything stops when it ends. */
  readonly adopt: (child: Child) => void;
  /** Rejects with ChildEndedError when a child has ended that must not; never resolves. */
  readonly broken: Promise<never>;
  /** Ends all of them, the last started first. Idempotent. */
  readonly stopAll: () => Promise<void>;
}

/** Supervises child processes whose output goes into `logs`. `grace`: milliseconds between asking one to end and ending it by force. */
export async function superviseProcesses(options: {
  readonly logs: string;
  readonly log: (line: string) => void;
  readonly grace?: number;
}): Promise<Processes> {
  const { logs, log, grace } = options;
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const running: Child[] = [];
  const starting = new Set<Promise<void>>();
  const restarts = new Set<NodeJS.Timeout>();
  const stop = new AbortController();
  let stopping: Promise<void> | undefined;
  const { promise: broken, reject: breakAll } = Promise.withResolvers<never>();
  // Whoever waits for `broken` hears of it; nobody waiting is no unhandled rejection.
  broken.catch(() => undefined);

  async function watch(child: Child, restart?: (lived: number) => void): Promise<void> {
    running.push(child);
    const began = Date.now();
    const exit = await child.exited;
    running.splice(running.indexOf(child), 1);
    if (stopping) return;
    const ended = new ChildEndedError(child.name, exit, await child.lastLines(), child.logFile);
    if (!restart || exit.code === configurationError) return breakAll(ended);
    log(ended.message);
    restart(Date.now() - began);
  }

  /** `delay`: milliseconds before the next start, should this one end. */
  function launch(spec: ChildSpec, whenItEnds: WhenItEnds, delay: number, ready?: Ready): Promise<void> {
    const launched = launchNow(spec, whenItEnds, delay, ready).finally(() => starting.delete(launched));
    starting.add(launched);
    return launched;
  }

  async function launchNow(spec: ChildSpec, whenItEnds: WhenItEnds, delay: number, ready?: Ready): Promise<void> {
    const child = await startChild(spec, join(logs, `${spec.name}.log`));
    if (ready) await becomesReady(child, ready);
    // Asked to stop while it was being started.
    if (stopping) return void (await child.stop(grace));
    const restart = (lived: number) => {
      const wait = lived >= backOff.forgiven ? backOff.first : delay;
      log(`${spec.name} is started again in ${wait / 1000} s`);
      const timer = setTimeout(() => {
        restarts.delete(timer);
        launch(spec, whenItEnds, Math.min(wait * 2, backOff.longest)).catch(breakAll);
      }, wait);
      restarts.add(timer);
    };
    watch(child, whenItEnds === 'restart' ? restart : undefined).catch(breakAll);
  }

  async function becomesReady(child: Child, ready: Ready): Promise<void> {
    const ended = new AbortController();
    child.exited.then(() => ended.abort()).catch(breakAll);
    try {
      await ready(AbortSignal.any([ended.signal, stop.signal]));
    } catch (error) {
      const exit = await child.stop(grace);
      if (!ended.signal.aborted || stop.signal.aborted) throw error;
      throw new ChildEndedError(child.name, exit, await child.lastLines(), child.logFile);
    }
  }

  async function stopEach(): Promise<void> {
    stop.abort();
    for (const timer of restarts) clearTimeout(timer);
    await Promise.allSettled(starting);
    for (const child of running.toReversed()) await child.stop(grace);
  }

  return {
    async start(spec, whenItEnds, ready) {
      await keepPreviousLog(join(logs, `${spec.name}.log`));
      await launch(spec, whenItEnds, backOff.first, ready);
    },
    adopt: (child) => {
      watch(child).catch(breakAll);
    },
    broken,
    stopAll: () => (stopping ??= stopEach()),
  };
}

/** A log is of one run; the one before it is kept, so that logs do not grow for ever. */
export async function keepPreviousLog(logFile: string): Promise<void> {
  await rename(logFile, logFile.replace(/\.log$/, '.previous.log')).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
}
