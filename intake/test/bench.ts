import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { usualRule } from '../../model/fixtures/usual-rule.ts';
import { findTemporalCli } from '../../local/binaries/find.ts';
import { freePortBase } from '../../local/ports.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';
import type { CaseTimes } from '../../model/case.ts';
import { searchAttributes } from '../../model/temporal-names.ts';
import { folderArchiveIndex, intakeFiles, ownArchiveIndex } from '../../runtime/archive-index.ts';
import { evidenceStore } from '../../runtime/evidence-store.ts';
import { ensureTrust, readRoleKey } from '../../runtime/first-trust.ts';
import { statePaths } from '../../runtime/state-folder.ts';
import { trustDocument } from '../../runtime/trust.ts';
import type { DeliveryTools } from '../start-case.ts';

const times: CaseTimes = {
  investigationBudget: 30,
  reminder: 1800,
  escalation: 3600,
  expiry: 14_400,
  quietWindow: 60,
  approvalFreshness: 1800,
  correlationBefore: 86_400,
  correlationAfter: 3600,
};

/** What intake's tests work with: a real Temporal server, and folders of their own. */
export type Bench = Awaited<ReturnType<typeof startBench>>;

/** Starts the server in memory. `closers` run backwards at the end. */
export async function startBench() {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-intake-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const base = await freePortBase();
    const { path: cli } = await findTemporalCli({ log: () => {} });
    const server = await startTemporalServer({ cli, port: base, searchAttributes, log: () => {} });
    closers.push(() => server.stop());
    const connection = await Connection.connect({ address: server.address });
    closers.push(() => connection.close());
    const client = new Client({ connection, namespace: server.namespace });
    const paths = statePaths(folder);
    await ensureTrust(paths);
    const trust = trustDocument({ paths });
    /** The archive index as observe has it. */
    const index = ownArchiveIndex(paths.archiveIndex, trust, await readRoleKey(paths, 'observe'));
    const tools: DeliveryTools = {
      client,
      evidence: evidenceStore(join(folder, 'evidence')),
      archive: folderArchiveIndex(paths.archiveIndex, trust),
      ...intakeFiles(paths.archiveIndex, trust, () => readRoleKey(paths, 'intake')),
      taskQueue: 'intake-test-cases',
      times,
      rails: {
        mode: 'live',
        responders: ['respond', 'respond-iam'],
        protected: [],
        knownGood: usualRule,
        watchSeconds: 0,
        watchEverySeconds: 300,
      },
      submitted: false,
    };
    return { address: server.address, base, client, closers, folder, index, paths, tools, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Runs the stand-in on the bench's task queue until the bench closes. */
export async function startStandIn({ address, tools, closers }: Bench): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('stand-in-case.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  const connection = await NativeConnection.connect({ address });
  closers.push(() => connection.close());
  const worker = await Worker.create({ connection, workflowBundle, taskQueue: tools.taskQueue });
  const running = worker.run();
  closers.push(async () => {
    worker.shutdown();
    await running;
  });
}
