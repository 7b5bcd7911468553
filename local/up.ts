import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionDetails, StatePaths } from '../runtime/state-folder.ts';
import { ensureFolder, readConnectionDetails, replaceFile, statePaths, stateVersion } from '../runtime/state-folder.ts';
import { findTemporalCli } from './binaries/find.ts';
import { firebreakChildren } from './children.ts';
import { takeLock } from './lock.ts';
import type { PortPlan } from './ports.ts';
import { assertPortsFree, defaultBasePort, planPorts, PortInUseError, waitForPorts } from './ports.ts';
import { keepPreviousLog, superviseProcesses } from './processes.ts';
import type { Processes } from './processes.ts';
import { searchAttributes } from '../model/temporal-names.ts';
import { startTemporalServer } from './temporal-server.ts';
import type { TemporalServer } from './temporal-server.ts';

/** What `firebreak up` is asked for. */
export interface UpOptions {
  readonly stateDir: string;
  /** The base port; undefined: as last time on this state folder, 7600 the first time. */
  readonly port: number | undefined;
  readonly log: (line: string) => void;
  /** Stops the system, also while it is starting. */
  readonly signal: AbortSignal;
  /** `NAME=WAY`, for the sandbox: how it plays what is not known of the real services, where it is not by its defaults. */
  readonly reality?: readonly string[];
  /** Added to the environment of worker and intake. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A system that runs. */
export interface RunningSystem {
  readonly details: ConnectionDetails;
  /** Ends every process and gives the lock back. Idempotent. */
  readonly stop: () => Promise<void>;
  /** Resolves when everything has ended: undefined where it was asked to, the reason where a process ended that must not. */
  readonly ended: Promise<Error | undefined>;
}

/**
 * Starts the whole system on a state folder and answers when its processes run. Throws what went wrong, after ending what it had started:
 * StateVersionError, StateLockedError, PortInUseError, BinaryNotFoundError, ChildEndedError, or the signal's reason.
 */
export async function up(options: UpOptions, childrenOf = firebreakChildren): Promise<RunningSystem> {
  const { log } = options;
  const paths = statePaths(options.stateDir);
  await ensureFolder(paths.root);
  const previous = await readConnectionDetails(paths.root);
  const ports = planPorts(options.port ?? previous?.basePort ?? defaultBasePort);
  const lock = await takeLock(paths.lock, paths.root);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const processes = await superviseProcesses({ logs: paths.logs, log });
  let temporal: Promise<void> | undefined;
  const finish = async () => {
    // While it is starting it is not yet among the processes; its start has been given up.
    await Promise.allSettled([temporal]);
    await processes.stopAll();
    await lock.release();
  };
  try {
    if (lock.takenOver) log('the last run on this state folder was ended by force; going on where it was');
    await awaitPorts(ports, lock.takenOver, signal);
    const { path: cli } = await orAborted(signal, findTemporalCli({ log }));
    const children = childrenOf(paths, ports, options.environment ?? {}, options.reality ?? []);
    const { ports: sandboxPorts, ...sandbox } = children.sandbox;
    temporal = startTemporal({ cli, paths, ports, log, signal }).then(processes.adopt);
    await orAborted(
      signal,
      Promise.all([temporal, processes.start(sandbox, 'restart', (given) => waitForPorts(sandboxPorts, given))]),
    );
    const details = detailsOf(ports);
    await replaceFile(paths.connection, `${JSON.stringify(details, null, 2)}\n`);
    await orAborted(signal, Promise.all(children.engine.map((child) => processes.start(child, 'restart'))));
    const ended = whyItEnds(processes, signal).then(async (reason) => {
      await finish();
      return reason;
    });
    return { details, ended, stop: async () => (stop.abort(), void (await ended)) };
  } catch (error) {
    stop.abort();
    await finish();
    throw error;
  }
}

async function startTemporal(options: {
  readonly cli: string;
  readonly paths: StatePaths;
  readonly ports: PortPlan;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<TemporalServer> {
  const { cli, paths, ports, log, signal } = options;
  const logFile = join(paths.logs, 'temporal.log');
  await keepPreviousLog(logFile);
  return startTemporalServer({
    cli,
    databaseFile: paths.temporalDatabase,
    port: ports.temporal,
    uiPort: ports.ui,
    searchAttributes,
    log,
    logFile,
    signal,
  });
}

function detailsOf(ports: PortPlan): ConnectionDetails {
  return {
    version: stateVersion,
    pid: process.pid,
    basePort: ports.base,
    temporalAddress: `127.0.0.1:${ports.temporal}`,
    temporalNamespace: 'default',
    temporalUi: `http://127.0.0.1:${ports.ui}`,
    sandbox: `127.0.0.1:${ports.sandbox}`,
    startedAt: new Date().toISOString(),
  };
}

/** Milliseconds that the processes of a run that was ended by force have to notice it and to end. */
const patience = 15_000;

async function awaitPorts(ports: PortPlan, patient: boolean, signal: AbortSignal): Promise<void> {
  const giveUp = Date.now() + (patient ? patience : 0);
  for (;;) {
    try {
      return await assertPortsFree(ports);
    } catch (error) {
      if (!(error instanceof PortInUseError) || Date.now() >= giveUp) throw error;
      await pause(100, undefined, { signal });
    }
  }
}

/** The work's result, or the reason of the signal as soon as that is aborted. */
async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return await Promise.race([work, aborted(signal).then(() => Promise.reject(signal.reason))]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function whyItEnds(processes: Processes, signal: AbortSignal): Promise<Error | undefined> {
  const broken = processes.broken.catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  return Promise.race([broken, aborted(signal).then(() => undefined)]);
}
