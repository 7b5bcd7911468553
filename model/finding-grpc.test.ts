import { createRequire } from 'node:module';
import { v2 } from '@google-cloud/security-center';
import { credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readFixture } from './fixtures/read-fixture.ts';
import { parseFindings } from './parse-finding.ts';

const protos = createRequire(import.meta.url)('@google-cloud/security-center/build/protos/protos.json');

/** A server that answers ListFindings with one response, and the real client for it. */
async function clientFor(response: unknown) {
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none'); // else google-auth looks for Google Cloud and warns
  const definition = fromJSON(protos, { longs: String, enums: String });
  const service = definition['google.cloud.securitycenter.v2.SecurityCenter'];
  if (!service || 'format' in service) throw new TypeError('no such service');
  const server = new Server();
  const implementation: UntypedServiceImplementation = {
    listFindings: (_: unknown, callback: (error: null, value: unknown) => void) => callback(null, response),
  };
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
  const client = new v2.SecurityCenterClient({
    apiEndpoint: '127.0.0.1',
    port,
    sslCreds: credentials.createInsecure(),
  });
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await client.close();
    server.forceShutdown();
  });
  return client;
}

test.each(['reverse-shell', 'remote-command'] as const)(
  '%s read over gRPC with the real client and received over Pub/Sub is the same finding with the same fingerprint',
  async (name) => {
    const client = await clientFor(readFixture(name, 'grpc'));
    const [results] = await client.listFindings({ parent: 'organizations/123456789012/sources/-/locations/global' });
    const [read, ...more] = parseFindings(results);
    const [received] = parseFindings(readFixture(name, 'pubsub-v2'));
    expect(more).toEqual([]);
    expect(read!.finding).toEqual(received!.finding);
    expect(read!.fingerprint).toBe(received!.fingerprint);
  },
);
