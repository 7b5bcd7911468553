import { v2 as run } from '@google-cloud/run';
import { Logging } from '@google-cloud/logging';
import { credentials } from '@grpc/grpc-js';
import { registerCloudLogging } from '../cloud-logging/register.ts';
import { registerCloudMonitoring } from '../cloud-monitoring/register.ts';
import { registerCloudScheduler } from '../cloud-scheduler/register.ts';
import { freeBasePort } from '../kernel/free-port.ts';
import type { Pace } from '../kernel/pace.ts';
import type { Reality } from '../kernel/reality.ts';
import { portOffset } from '../kernel/service.ts';
import type { Role } from '../kernel/service.ts';
import { startKernel } from '../kernel/start-kernel.ts';
import { checkout, checkoutService, resizerService } from '../scenario/services.ts';
import { registerCloudRun } from './register.ts';
import { seedService } from './seed.ts';
import { cloudRunSection } from './state.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

/**
 * A sandbox of Cloud Run and Cloud Logging with the demonstration's two services, over real gRPC. For tests. Time is moved by its clock,
 * so nothing waits. Nobody but the test changes anything: what it asks for is never ABORTED by itself, unless its reality says so.
 */
export async function startTestSandbox(
  options: {
    readonly stateFile?: string;
    readonly quotas?: 'on' | 'off';
    readonly seed?: 'demonstration' | 'none';
    readonly reality?: Reality;
    /** Default `brisk`. */
    readonly pace?: Pace;
  } = {},
) {
  const basePort = await freeBasePort();
  const kernel = await startKernel(
    { basePort, pace: 'brisk', ...options, reality: { aborted: 'never', ...options.reality } },
    (given) => ({
      parts: undefined,
      services: [
        ...registerCloudRun(given),
        ...registerCloudLogging(given),
        ...registerCloudMonitoring(given),
        ...registerCloudScheduler(given),
      ],
    }),
  );
  const section = cloudRunSection(kernel.store);
  if (options.seed !== 'none') {
    const now = kernel.clock.now();
    for (const service of [checkoutService(now), resizerService(now)])
      seedService(section, { ...service, operationMilliseconds: 0 });
  }
  const closers: (() => Promise<unknown>)[] = [];
  const endpoint = (role: Role) => ({
    apiEndpoint: '127.0.0.1',
    port: basePort + portOffset[role],
    sslCreds: credentials.createInsecure(),
  });

  return {
    kernel,
    /** Cloud Run's part of the state, for seeds. */
    section,
    services(role: Role) {
      const client = new run.ServicesClient(endpoint(role));
      closers.push(() => client.close());
      return client;
    },
    revisions(role: Role) {
      const client = new run.RevisionsClient(endpoint(role));
      closers.push(() => client.close());
      return client;
    },
    jobs(role: Role) {
      const client = new run.JobsClient(endpoint(role));
      closers.push(() => client.close());
      return client;
    },
    executions(role: Role) {
      const client = new run.ExecutionsClient(endpoint(role));
      closers.push(() => client.close());
      return client;
    },
    workerPools(role: Role) {
      const client = new run.WorkerPoolsClient(endpoint(role));
      closers.push(() => client.close());
      return client;
    },
    logging(role: Role) {
      return new Logging({ ...endpoint(role), projectId: 'rhea-prod-4421' });
    },
    /** Calls the control API; throws its message where it refuses. */
    async control(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown> {
      const answer = await fetch(`http://127.0.0.1:${basePort}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      return JSON.parse(text);
    },
    async close() {
      await Promise.all(closers.map((close) => close()));
      await kernel.close();
    },
  };
}

export type TestSandbox = Awaited<ReturnType<typeof startTestSandbox>>;

/** The service of the first finding. */
export const name = 'projects/rhea-prod-4421/locations/europe-west1/services/checkout-api';
/** All traffic to its good revision, no tags. */
export const toGood = [
  { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const, revision: checkout.goodRevision, percent: 100 },
];
/** Manual scaling to 0. */
export const off = { scalingMode: 'MANUAL' as const, manualInstanceCount: 0 };

/** Updates and waits for the operation. */
export async function update(
  sandbox: TestSandbox,
  service: object,
  paths: readonly string[],
  role: 'respond' | 'publisher' = 'respond',
) {
  const [operation] = await sandbox
    .services(role)
    .updateService({ service: { name, ...service }, updateMask: { paths: [...paths] } });
  const [updated] = await operation.promise();
  return updated;
}

/** How many beacon lines of the bad revision there are in that stretch from now on. The clock is moved to its end. */
export async function beaconsDuring(sandbox: TestSandbox, seconds: number): Promise<number> {
  const from = sandbox.kernel.clock.now();
  sandbox.kernel.clock.advance(seconds * 1000);
  const [entries] = await sandbox.logging('observe').getEntries({
    filter: `resource.type="cloud_run_revision" AND resource.labels.revision_name="${checkout.badRevision}" AND textPayload:"beacon" AND timestamp>="${new Date(from).toISOString()}"`,
    pageSize: 1000,
    autoPaginate: false,
  });
  return entries.length;
}
