import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { waitForPorts } from './ports.ts';

/**
 * Waits until the frontend answers for the namespace, then sets the retention of its closed runs. Repeating it changes nothing. Throws when
 * `signal` is aborted first.
 */
export async function prepareNamespace(options: {
  readonly address: string;
  readonly port: number;
  readonly namespace: string;
  readonly retentionDays: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { address, port, namespace, retentionDays, signal } = options;
  // A gRPC channel waits a second after a refused connection; asking the port first saves that second.
  await waitForPorts([port], signal);
  const connection = await Connection.connect({ address });
  try {
    await waitForNamespace(connection, namespace, signal);
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(`${retentionDays} days`) },
    });
  } finally {
    await connection.close();
  }
}

async function waitForNamespace(connection: Connection, namespace: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await connection.withDeadline(Date.now() + 5_000, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return;
    } catch (error) {
      // The frontend listens before the namespace is there and before the services behind it are.
      if (signal.aborted) throw error;
      await pause(25, undefined, { signal });
    }
  }
}
