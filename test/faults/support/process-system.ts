import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { findTemporalCli } from '../../../local/binaries/find.ts';
import { type Child, startChild } from '../../../local/child.ts';
import { freePortBase, planPorts, waitForPorts } from '../../../local/ports.ts';
import { startTemporalServer } from '../../../local/temporal-server.ts';
import { searchAttributes } from '../../../model/temporal-names.ts';
import { ensureTrust } from '../../../runtime/first-trust.ts';
import { replaceFile, statePaths, stateVersion } from '../../../runtime/state-folder.ts';
import { type WorkerRole, workerRoles } from '../../../runtime/task-queues.ts';
import { portOffset } from '../../../sandbox/kernel/service.ts';
import { sandboxControl } from './sandbox-control.ts';
import { steadily } from './steadily.ts';

/** The processes of a system: each can be killed and started again. */
export const processNames = ['temporal', 'sandbox', 'intake', ...workerRoles] as const;
export type ProcessName = (typeof processNames)[number];

/** A whole system as separate processes on one state folder, as in production but on this machine. */
export type ProcessSystem = Awaited<ReturnType<typeof startProcessSystem>>;

const fileOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const cli = fileOf('../../../cli/main.ts');

/** Starts it: Temporal on its file, the sandbox on its file, intake, and a worker a role. */
export async function startProcessSystem(variables: Readonly<Record<string, string>> = {}) {
  const stateDir = await mkdtemp(join(tmpdir(), 'firebreak faults '));
  const paths = statePaths(stateDir);
  const rootKey = await ensureTrust(paths);
  await mkdir(paths.logs, { recursive: true });
  const ports = planPorts(await freePortBase());
  const address = `127.0.0.1:${ports.temporal}`;
  const { path: temporalCli } = await findTemporalCli({ log: (line) => console.error(line) });
  const control = sandboxControl(ports.sandbox);
  const running = new Map<ProcessName, Child>();
  const extra: Child[] = [];
  await replaceFile(
    paths.connection,
    JSON.stringify({
      version: stateVersion,
      pid: process.pid,
      basePort: ports.base,
      temporalAddress: address,
      temporalNamespace: 'default',
      temporalUi: '',
      sandbox: `127.0.0.1:${ports.sandbox}`,
      startedAt: new Date().toISOString(),
    }),
  );
  const environment = {
    TEMPORAL_ADDRESS: address,
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_VIRUSTOTAL_PER_MINUTE: '1000',
    FIREBREAK_LOG_CALLS_PER_MINUTE: '1000',
    FIREBREAK_CHANGES_PER_HOUR: '100000',
    FIREBREAK_LOG_LEVEL: 'warn',
    ...variables,
  };

  function engine(name: 'intake' | WorkerRole, number = ''): Promise<Child> {
    const words = name === 'intake' ? ['intake'] : ['worker', '--role', name];
    const args = [...words, '--state-dir', stateDir];
    return startChild({ name, program: cli, args, environment }, join(paths.logs, `${name}${number}.log`));
  }

  async function startSandboxProcess(): Promise<Child> {
    const args = ['--port', String(ports.sandbox), '--state', paths.sandboxState, '--quotas', 'off', '--pace', 'brisk'];
    const child = await startChild(
      { name: 'sandbox', program: fileOf('../../../sandbox/main.ts'), args },
      join(paths.logs, 'sandbox.log'),
    );
    const wanted = Object.values(portOffset).map((offset) => ports.sandbox + offset);
    await waitForPorts(wanted, AbortSignal.timeout(60_000));
    return child;
  }

  const ended: string[] = [];

  async function start(name: ProcessName): Promise<void> {
    await launch(name);
    const child = running.get(name);
    // Whoever kills it takes it off the list first.
    void child?.exited.then(() => running.get(name) === child && ended.push(name));
  }

  async function launch(name: ProcessName): Promise<void> {
    if (name === 'sandbox') running.set(name, await startSandboxProcess());
    else if (name === 'temporal')
      running.set(
        name,
        await startTemporalServer({
          cli: temporalCli,
          databaseFile: paths.temporalDatabase,
          port: ports.temporal,
          searchAttributes,
          log: () => {},
          logFile: join(paths.logs, 'temporal.log'),
        }),
      );
    else running.set(name, await engine(name));
  }

  await Promise.all([start('temporal'), start('sandbox')]);
  await Promise.all((['intake', ...workerRoles] as const).map(start));
  const connection = await Connection.connect({
    address,
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 500 },
  });

  return {
    address,
    client: new Client({ connection }),
    control,
    paths,
    rootKey,
    stateDir,
    start,
    /** One more of its kind; it is stopped with the system. */
    async startAnother(name: 'intake' | WorkerRole): Promise<Child> {
      const child = await engine(name, `-${running.size}`);
      extra.push(child);
      return child;
    },

    /** Ends a process with its children by force, as a crash would; it is gone when this answers. */
    async kill(name: ProcessName): Promise<void> {
      const child = running.get(name);
      if (child === undefined) throw new Error(`${name} does not run`);
      if (name === 'sandbox') await sandboxOnDisk();
      running.delete(name);
      // The group that was started for it, so that Temporal's server goes with what started it.
      process.kill(-child.pid, 'SIGKILL');
      await child.exited;
    },

    /** Sends a process a signal and answers how it ends. */
    async signal(name: ProcessName, signal: NodeJS.Signals) {
      const child = running.get(name);
      if (child === undefined) throw new Error(`${name} does not run`);
      running.delete(name);
      child.signal(signal);
      return child.exited;
    },

    /** The processes that ended by themselves so far. */
    ended: (): readonly string[] => ended,

    log: (name: string): Promise<string> => readFile(join(paths.logs, `${name}.log`), 'utf8'),

    async close(): Promise<void> {
      await connection.close();
      for (const child of [...extra, ...running.values()].toReversed()) {
        if (child.name !== 'temporal' && child.name !== 'sandbox') child.signal('SIGKILL');
      }
      await Promise.all([...extra, ...running.values()].map((child) => child.stop()));
      await rm(stateDir, { recursive: true, force: true });
    },
  };

  /** The real Cloud Run loses nothing that it has answered; the sandbox writes shortly after. So it is killed when it has written. */
  async function sandboxOnDisk(): Promise<void> {
    await steadily('the sandbox writes its state', async () => {
      const [kept, file] = await Promise.all([control.state(), readFile(paths.sandboxState, 'utf8')]);
      const { sections } = JSON.parse(file) as { sections: unknown };
      return JSON.stringify(sections) === JSON.stringify(kept) ? true : undefined;
    });
  }
}
