import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildEndedError, startChild } from './child.ts';
import type { Child } from './child.ts';
import { assertFree } from './ports.ts';
import { prepareNamespace } from './temporal-namespace.ts';

/** How to start a Temporal server. */
export interface TemporalServerOptions {
  /** Path of the Temporal CLI. */
  readonly cli: string;
  /** The SQLite file; without one the server keeps everything in memory. */
  readonly databaseFile?: string;
  readonly port: number;
  /** Port of Temporal's own UI; without one there is no UI. */
  readonly uiPort?: number;
  /** `default` where none is given. */
  readonly namespace?: string;
  /** Name and type, as in model/temporal-names.ts. Known ones are left as they are. */
  readonly searchAttributes: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  /** Gets the server's output; a temporary file, removed at the end, where none is given. */
  readonly logFile?: string;
  /** Gives up the start; a server that answers is ended by `stop` only. */
  readonly signal?: AbortSignal;
}

/** A Temporal server that answers. */
export interface TemporalServer extends Child {
  /** `host:port` of its frontend. */
  readonly address: string;
  readonly namespace: string;
}

const runCommand = fileURLToPath(new URL('./run-command.ts', import.meta.url));

/** Retention of closed runs, days; the server's own default is one day. */
const retentionDays = 30;

/**
 * The development server has one shard, and reads its queues of tasks 20 times a second by default: cases one after the other would wait 50 ms
 * before each of their steps. Much more costs CPU when many come at once, which are read together. Source: the server's dynamic configuration.
 */
const queueReadsPerSecond = 50;
const readQueues = ['transfer', 'timer', 'visibility'].map(
  (queue) => `history.${queue}ProcessorMaxPollRPS=${queueReadsPerSecond}`,
);

/** Milliseconds; it takes one or two seconds on an idle machine. */
const startTimeout = 60_000;

/**
 * Starts a development server on 127.0.0.1 and waits until it answers for the namespace, whose retention is then 30 days. An existing
 * database file goes on. Throws PortInUseError, and ChildEndedError with the server's last lines where it ends instead.
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { namespace = 'default', port, log } = options;
  const address = `127.0.0.1:${port}`;
  // Else we might talk to the other process's server.
  await assertFree(port, 'the Temporal server');
  const temporary = options.logFile === undefined ? await mkdtemp(join(tmpdir(), 'firebreak-temporal-')) : undefined;
  const logFile = options.logFile ?? join(temporary ?? '', 'temporal.log');
  const began = Date.now();
  const spec = { name: 'temporal', program: runCommand, args: [options.cli, ...serverArguments(options, namespace)] };
  const child = await startChild(spec, logFile);

  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), startTimeout);
  const gone = child.exited.then(() => giveUp.abort());
  const signal = options.signal ? AbortSignal.any([giveUp.signal, options.signal]) : giveUp.signal;
  try {
    await prepareNamespace({ address, port, namespace, retentionDays, signal });
  } catch (error) {
    const failed = giveUp.signal.aborted;
    const exit = await child.stop();
    throw failed ? new ChildEndedError('temporal', exit, await child.lastLines(), logFile) : error;
  } finally {
    clearTimeout(timer);
  }
  log(`Temporal answers at ${address} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return {
    ...child,
    address,
    namespace,
    async stop(grace) {
      // Without a file there is nothing to end in good order, which would take the server more than a second.
      if (options.databaseFile === undefined) child.signal('SIGQUIT');
      const exit = await child.stop(grace);
      await gone;
      if (temporary) await rm(temporary, { recursive: true, force: true });
      return exit;
    },
  };
}

function serverArguments(options: TemporalServerOptions, namespace: string): string[] {
  const { databaseFile, port, uiPort, searchAttributes } = options;
  const list = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--namespace', namespace];
  list.push('--log-level', 'warn', '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
  for (const value of readQueues) list.push('--dynamic-config-value', value);
  if (databaseFile !== undefined) list.push('--db-filename', databaseFile);
  if (uiPort === undefined) list.push('--headless');
  else list.push('--ui-port', String(uiPort));
  for (const [name, type] of Object.entries(searchAttributes)) list.push('--search-attribute', `${name}=${type}`);
  return list;
}
