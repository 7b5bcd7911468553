import { Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { findTemporalCli } from '../local/binaries/find.ts';
import { freePortBase } from '../local/ports.ts';
import { startTemporalServer } from '../local/temporal-server.ts';
import { searchAttributes } from '../model/temporal-names.ts';
import { prepareNamespace } from './namespace.ts';

test('a namespace is made with its retention and search attributes, and making it again changes nothing', async () => {
  const log = (): void => {};
  const { path: cli } = await findTemporalCli({ log });
  const server = await startTemporalServer({ cli, port: await freePortBase(), searchAttributes: {}, log });
  const connection = await Connection.connect({ address: server.address });
  try {
    const namespace = 'made-here';
    for (const _ of ['first', 'again']) {
      await prepareNamespace({
        connection: { address: server.address },
        namespace,
        signal: AbortSignal.timeout(30_000),
      });
    }
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.keys(searchAttributes)));
  } finally {
    await connection.close();
    await server.stop();
  }
});
