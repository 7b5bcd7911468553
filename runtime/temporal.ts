import { hostname } from 'node:os';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnection } from '@temporalio/worker';
import type { Configuration } from './configuration.ts';
import { ConfigurationError, messageOf, UserError } from './errors.ts';

/** Variables by which someone says which Temporal he means. */
const chosen = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'] as const;

/**
 * Address, namespace and transport security: Temporal's own variables first, then the system of the state folder, then Temporal's profile
 * file. Throws ConfigurationError where that file cannot be read.
 */
export function temporalOptions({ temporal }: Configuration): {
  namespace: string;
  connection: ConnectionOptions & { address: string };
} {
  const useState = temporal !== undefined && !chosen.some((name) => (process.env[name] ?? '') !== '');
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({ disableFile: useState });
    return {
      namespace: namespace ?? temporal?.namespace ?? 'default',
      connection: { ...connectionOptions, address: connectionOptions.address ?? temporal?.address ?? '127.0.0.1:7233' },
    };
  } catch (error) {
    throw new ConfigurationError([`Temporal’s variables or profile file cannot be read: ${messageOf(error)}`]);
  }
}

/** A client for commands: connects at once or says what to do. */
export async function connectClient(configuration: Configuration): Promise<Client> {
  const { connection: options, namespace } = temporalOptions(configuration);
  try {
    const connection = await Connection.connect({ ...options, connectTimeout: '5s' });
    return new Client({ connection, namespace });
  } catch (error) {
    throw new UserError(
      `no Temporal server answers at ${options.address} (${messageOf(error)}). Start the system with: npm start. ` +
        `If it runs with another state folder, name it with --state-dir.`,
      1,
      { cause: error },
    );
  }
}

/** A client for a process that waits by itself while the server is away: it connects with its first call, and tries no call again. */
export function patientClient(configuration: Configuration, name: string): Client {
  const { connection: options, namespace } = temporalOptions(configuration);
  const connection = Connection.lazy({
    ...options,
    // Without the client's own retries: a retry that is pending when the connection closes throws from a timer.
    interceptors: [],
    // The channel's own wait after a lost connection grows to two minutes by default; ours decides.
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': 250,
      'grpc.max_reconnect_backoff_ms': 5_000,
      ...options.channelArgs,
    },
  });
  return new Client({ connection, namespace, identity: `firebreak-${name}-${process.pid}@${hostname()}` });
}

/** A connection for a worker: tried again until the server is up, or the signal aborts. */
export async function connectWorker(
  configuration: Configuration,
  onWait: (reason: string) => void,
  signal?: AbortSignal,
): Promise<{ connection: NativeConnection; namespace: string }> {
  // Loaded here only: commands need no worker, and it takes longer to load than all the rest.
  const { NativeConnection } = await import('@temporalio/worker');
  const { connection: options, namespace } = temporalOptions(configuration);
  for (let wait = 250; ; wait = Math.min(wait * 2, 5_000)) {
    try {
      const { address, tls, apiKey, metadata } = options;
      return {
        connection: await NativeConnection.connect({
          address,
          ...(tls !== undefined && tls !== null && { tls }),
          ...(typeof apiKey === 'string' && { apiKey }),
          ...(metadata !== undefined && { metadata }),
        }),
        namespace,
      };
    } catch (error) {
      if (signal?.aborted) throw error;
      onWait(messageOf(error));
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
