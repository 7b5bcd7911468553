import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { defineSearchAttributeKey } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTemporalCli } from './binaries/find.ts';
import { ChildEndedError } from './child.ts';
import { answers, freePortBase, PortInUseError } from './ports.ts';
import { processFacts } from './process-facts.ts';
import { searchAttributes } from '../model/temporal-names.ts';
import { startTemporalServer } from './temporal-server.ts';
import type { TemporalServer } from './temporal-server.ts';

let cli = '';
let folder = '';
const log = () => undefined;
beforeAll(async () => {
  cli = (await findTemporalCli({ log })).path;
  folder = await mkdtemp(join(tmpdir(), 'firebreak temporal-'));
});
afterAll(() => rm(folder, { recursive: true }));

const startOn = (port: number, databaseFile?: string): Promise<TemporalServer> =>
  startTemporalServer({ cli, port, searchAttributes, log, ...(databaseFile ? { databaseFile } : {}) });

async function withConnection<T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

const caseState = defineSearchAttributeKey('CaseState', 'KEYWORD');

test('a started server takes cases at once; stopped and started on its file it still has them, its retention and its attributes', async () => {
  const port = await freePortBase();
  const databaseFile = join(folder, 'temporal.db');
  const first = await startOn(port, databaseFile);
  const runId = await withConnection(first.address, async (connection) => {
    const started = await new Client({ connection }).workflow.start('anything', {
      workflowId: 'case-1',
      taskQueue: 'nobody',
      typedSearchAttributes: [{ key: caseState, value: 'investigating' }],
    });
    return started.firstExecutionRunId;
  });
  expect(await first.stop()).toEqual({ code: 0, signal: null });

  const second = await startOn(port, databaseFile);
  try {
    await withConnection(second.address, async (connection) => {
      const description = await new Client({ connection }).workflow.getHandle('case-1').describe();
      expect(description.runId).toBe(runId);
      expect(description.typedSearchAttributes.get(caseState)).toBe('investigating');
      const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
      expect(tsToMs(config?.workflowExecutionRetentionTtl)).toBe(30 * 24 * 3600 * 1000);
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
      expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(Object.keys(searchAttributes)));
    });
  } finally {
    await second.stop();
  }
});

test('two servers started at the same time do not disturb each other', async () => {
  const bases = [await freePortBase(), await freePortBase()];
  const servers = await Promise.all(bases.map((port) => startOn(port)));
  try {
    await Promise.all(
      servers.map(({ address }) =>
        withConnection(address, (connection) =>
          new Client({ connection }).workflow.start('anything', { workflowId: 'same-id', taskQueue: 'nobody' }),
        ),
      ),
    );
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
});

test.runIf(process.platform === 'linux')('a server listens on loopback addresses only', async () => {
  const port = await freePortBase();
  const server = await startTemporalServer({ cli, port, uiPort: port + 1, searchAttributes, log });
  try {
    const text = (await readFile('/proc/net/tcp', 'utf8')) + (await readFile('/proc/net/tcp6', 'utf8'));
    const hexadecimal = [port, port + 1].map((number) => number.toString(16).toUpperCase().padStart(4, '0'));
    // proc_net(5): local address in network order, then the state, where 0A is LISTEN.
    const listening = [...text.matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /gm)];
    const own = listening.filter(([, , number]) => hexadecimal.includes(number!));
    expect(own.map(([, address]) => address)).toEqual(['0100007F', '0100007F']);
  } finally {
    await server.stop();
  }
});

test('the server is gone when it was stopped, and nothing answers at its port', async () => {
  const port = await freePortBase();
  const server = await startOn(port);
  await server.stop();
  expect(await processFacts(server.pid)).toHaveProperty('alive', false);
  expect(await answers(port)).toBe(false);
});

test('a server that cannot start is an error with its own last words', async () => {
  const port = await freePortBase();
  const databaseFile = join(folder, 'no such folder', 'temporal.db');
  const start = startTemporalServer({ cli, port, databaseFile, searchAttributes, log, logFile: join(folder, 'a.log') });
  const error = await start.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ChildEndedError);
  expect(String(error)).toContain('no such folder');
});

test('a port that another process has is never taken for our server', async () => {
  const port = await freePortBase();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  await expect(startOn(port)).rejects.toThrow(PortInUseError);
  other.close();
});
