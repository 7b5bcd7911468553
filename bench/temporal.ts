import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { findTemporalCli } from '../local/binaries/find.ts';
import { startTemporalServer } from '../local/temporal-server.ts';
import { searchAttributes } from '../model/temporal-names.ts';
import { codeOf } from '../runtime/errors.ts';

/** Temporal, as the bench uses it. */
export interface BenchTemporal {
  readonly address: string;
  readonly client: Client;
  /** Of the server, where it runs as our child; undefined where it was there already. */
  readonly pid: number | undefined;
  readonly description: string;
  close(): Promise<void>;
}

const namespace = 'default';

/** gRPC's ALREADY_EXISTS. */
const alreadyExists = 6;
/** temporal.api.enums.v1.IndexedValueType. */
const types = { Keyword: 2, Datetime: 6 } as const;

/** Starts a development server on a file in that folder, or connects to the one at `address`, whose namespace and search attributes it registers. */
export async function openTemporal(folder: string, port: number, address: string | undefined): Promise<BenchTemporal> {
  if (address !== undefined) return await connectTo(address);
  const { path: cli } = await findTemporalCli({ log: () => {} });
  const server = await startTemporalServer({
    cli,
    port,
    searchAttributes,
    databaseFile: `${folder}/temporal.db`,
    log: () => {},
  });
  const { client, description, connection } = await clientOf(server.address);
  return {
    address: server.address,
    client,
    pid: server.pid,
    description: `${description}: development server, a file, WAL`,
    async close() {
      await connection.close();
      await server.stop();
    },
  };
}

async function connectTo(address: string): Promise<BenchTemporal> {
  const { client, connection, description } = await clientOf(address);
  await registerNamespace(connection);
  for (const [name, type] of Object.entries(searchAttributes)) {
    await connection.operatorService
      .addSearchAttributes({ namespace, searchAttributes: { [name]: types[type] } })
      .catch(ignoreKnown);
  }
  return {
    address,
    client,
    pid: undefined,
    description: `${description}, given with --address`,
    close: () => connection.close(),
  };
}

async function registerNamespace(connection: Connection): Promise<void> {
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    // A new namespace is known to all parts of a server within ten seconds.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
  } catch (error) {
    ignoreKnown(error);
  }
}

function ignoreKnown(error: unknown): void {
  if (codeOf(error) !== alreadyExists) throw error;
}

async function clientOf(address: string) {
  const connection = await Connection.connect({ address });
  const { serverVersion, persistenceStore } = await connection.workflowService.getClusterInfo({});
  const description = `Temporal server ${serverVersion} on ${persistenceStore}`;
  return { connection, client: new Client({ connection, namespace, identity: 'firebreak bench' }), description };
}
