import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Analyst } from '../cli/decide/analyst-key.ts';
import { freePortBase, planPorts, waitForPorts } from '../local/ports.ts';
import { ensureTrust } from '../runtime/first-trust.ts';
import { newSigningKey, publicHalf } from '../runtime/signatures.ts';
import { type StatePaths, statePaths } from '../runtime/state-folder.ts';
import { taskQueues } from '../runtime/task-queues.ts';
import { trustDocument, writeRoster } from '../runtime/trust.ts';
import { portOffset } from '../sandbox/kernel/service.ts';
import { type BenchProcess, startProcess } from './child-process.ts';
import { type BenchTemporal, openTemporal } from './temporal.ts';

/** Both sides of the bench on one Temporal server, each process as in production. */
export interface BenchSystem {
  readonly temporal: BenchTemporal;
  readonly client: Client;
  /** `host:port` of the sandbox's control API. */
  readonly sandbox: string;
  readonly paths: StatePaths;
  readonly analyst: Analyst;
  readonly casesQueue: string;
  readonly bareQueue: string;
  readonly worker: BenchProcess;
  /** Process ids by name; of the case's side, then of the bare side. `driver` is this process. */
  readonly casePids: Readonly<Record<string, number | undefined>>;
  readonly barePids: Readonly<Record<string, number | undefined>>;
  /** Ends intake and starts another, whose cases go to a queue that nobody serves. Answers what ends that one. */
  startIntakeAlone(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Starts everything and waits until it answers. `profile`: a folder that the worker's CPU profile is written to when it ends. */
export async function startSystem(options: {
  readonly address?: string | undefined;
  readonly profile?: string | undefined;
}): Promise<BenchSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  const start = async (spec: Parameters<typeof startProcess>[0]): Promise<BenchProcess> => {
    const child = await startProcess(spec, folder);
    closers.push(() => child.stop());
    return child;
  };
  try {
    const ports = planPorts(await freePortBase());
    const paths = statePaths(join(folder, 'state'));
    const analyst = await trusted(paths);
    const temporal = await openTemporal(folder, ports.temporal, options.address);
    closers.push(() => temporal.close());
    const sandboxProcess = await start({
      name: 'sandbox',
      program: 'sandbox/main.ts',
      args: [
        '--port',
        String(ports.sandbox),
        '--quotas',
        'off',
        '--pace',
        'brisk',
        '--reality',
        'aborted=never',
        '--reality',
        'marks=silent',
      ],
    });
    await waitForPorts(
      Object.values(portOffset).map((offset) => ports.sandbox + offset),
      AbortSignal.timeout(30_000),
    );
    const sandbox = `127.0.0.1:${ports.sandbox}`;
    const prefix = `bench-${process.pid}`;
    const environment = {
      TEMPORAL_ADDRESS: temporal.address,
      FIREBREAK_SANDBOX: sandbox,
      FIREBREAK_TASK_QUEUE_PREFIX: prefix,
      FIREBREAK_QUIET_WINDOW_SECONDS: '0',
      FIREBREAK_VIRUSTOTAL_PER_MINUTE: '1000000',
      FIREBREAK_VIRUSTOTAL_PER_DAY: '1000000',
      FIREBREAK_LOG_CALLS_PER_MINUTE: '1000000',
      FIREBREAK_FINDING_READS_PER_MINUTE: '1000000',
      // The governor counts by project, and all cases here are of one; the watch of the day after is no part of a case.
      FIREBREAK_CHANGES_PER_HOUR: '1000000',
      FIREBREAK_WATCH_SECONDS: '0',
      // Histories are kept after their cases, by a process of its own.
      FIREBREAK_ARCHIVE_EVERY_SECONDS: '86400',
      FIREBREAK_LOG_LEVEL: 'warn',
      // On a machine that is busy with other things a case must not go ahead with less than it asked for.
      FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '600',
    };
    const profiling = options.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', options.profile];
    const worker = await start({
      name: 'worker',
      program: 'bench/worker-process.ts',
      args: [paths.root],
      nodeFlags: ['--expose-gc', ...profiling],
      environment,
    });
    const intake = await start({
      name: 'intake',
      program: 'cli/main.ts',
      args: ['intake', '--state-dir', paths.root],
      environment,
    });
    let alone = 0;
    const startIntakeAlone = async (): Promise<() => Promise<void>> => {
      await intake.stop();
      alone += 1;
      const other = await start({
        name: `intake-alone-${alone}`,
        program: 'cli/main.ts',
        args: ['intake', '--state-dir', paths.root],
        environment: { ...environment, FIREBREAK_TASK_QUEUE_PREFIX: `${prefix}-nobody` },
      });
      return () => other.stop();
    };
    const bareQueue = `${prefix}-bare`;
    const bareWorker = await start({
      name: 'bare-worker',
      program: 'bench/bare/worker-process.ts',
      args: [temporal.address, bareQueue],
    });
    await bareWorker.told();
    const shared = { 'temporal server': temporal.pid, driver: process.pid };
    return {
      temporal,
      client: temporal.client,
      sandbox,
      paths,
      analyst,
      worker,
      casesQueue: taskQueues(prefix).cases,
      bareQueue,
      casePids: { ...shared, worker: worker.pid, intake: intake.pid, sandbox: sandboxProcess.pid },
      barePids: { ...shared, worker: bareWorker.pid },
      startIntakeAlone,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Trust with one analyst who may approve. */
async function trusted(paths: StatePaths): Promise<Analyst> {
  const root = await ensureTrust(paths);
  const key = await newSigningKey('ana');
  const roster = await trustDocument({ paths }).read();
  const credential = {
    id: key.kid,
    kind: 'ed25519' as const,
    publicKey: publicHalf(key),
    notAfter: '2099-01-01T00:00:00Z',
  };
  await writeRoster(
    paths.trust,
    { ...roster, approvers: [{ id: 'ana', roles: ['approver'], credentials: [credential] }] },
    root,
  );
  return { name: 'ana', key };
}
