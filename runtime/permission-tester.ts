import { type ChannelCredentials, Client, credentials, Metadata } from '@grpc/grpc-js';
import { protos, type ServicesClient } from '@google-cloud/run';
import { type GoogleApi, googleApis } from './endpoints.ts';
import { googleEndpoint } from './google-clients.ts';
import type { GoogleIdentity, GooglePlace } from './google-place.ts';

const { TestIamPermissionsRequest, TestIamPermissionsResponse } = protos.google.iam.v1;

/**
 * The method that says what its caller may do, of the APIs that no client here is for. It asks for no permission itself. Sources:
 * google/iam/admin/v1/iam.proto; google/devtools/artifactregistry/v1/service.proto.
 */
const methods = {
  account: { api: 'iam', path: '/google.iam.admin.v1.IAM/TestIamPermissions' },
  repository: {
    api: 'artifact-registry',
    path: '/google.devtools.artifactregistry.v1.ArtifactRegistry/TestIamPermissions',
  },
} as const satisfies Record<string, { readonly api: GoogleApi; readonly path: string }>;
type Tested = keyof typeof methods;

/** Asks what this process's own identity may do. */
export interface PermissionTester {
  /** Those of the permissions that it has on a service account (`projects/-/serviceAccounts/EMAIL`) or a repository. Throws the gRPC error. */
  readonly test: (on: Tested, resource: string, permissions: readonly string[]) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Milliseconds. */
const patience = 3_000;

/** A tester with a role's identity: in the sandbox by its port, on Google Cloud with the credentials of a client of that process. */
export function permissionTester(
  place: GooglePlace,
  role: GoogleIdentity,
  { auth }: Pick<ServicesClient, 'auth'>,
): PermissionTester {
  const clients = new Map<GoogleApi, Promise<Client>>();

  async function connected(api: GoogleApi): Promise<Client> {
    const endpoint = googleEndpoint(place, role, api);
    const { apiEndpoint = googleApis[api].host, port = 443, sslCreds } = endpoint;
    return new Client(`${apiEndpoint}:${port}`, sslCreds ?? (await googleCredentials(auth)));
  }

  /** What could not be connected is tried anew. */
  function clientOf(api: GoogleApi): Promise<Client> {
    const made = clients.get(api) ?? connected(api);
    clients.set(api, made);
    made.catch(() => clients.delete(api));
    return made;
  }

  return {
    async test(on, resource, permissions) {
      const { api, path } = methods[on];
      const client = await clientOf(api);
      const metadata = new Metadata();
      metadata.set('x-goog-request-params', `resource=${encodeURIComponent(resource)}`);
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      client.makeUnaryRequest(
        path,
        (request: protos.google.iam.v1.ITestIamPermissionsRequest) =>
          Buffer.from(TestIamPermissionsRequest.encode(request).finish()),
        (bytes: Buffer) => TestIamPermissionsResponse.decode(bytes),
        { resource, permissions: [...permissions] },
        metadata,
        { deadline: Date.now() + patience },
        (error, answer) => (error === null ? resolve(answer?.permissions ?? []) : reject(error)),
      );
      return promise;
    },
    async close() {
      for (const client of await Promise.all(clients.values())) client.close();
    },
  };
}

/** Credentials as Google's own clients make them: gRPC does not know the `Headers` that its auth library answers. */
async function googleCredentials(auth: ServicesClient['auth']): Promise<ChannelCredentials> {
  const client = await auth.getClient();
  const call = credentials.createFromMetadataGenerator(({ service_url: url }, callback) => {
    client.getRequestHeaders(url).then(
      (headers) => {
        const metadata = new Metadata();
        headers.forEach((value, name) => metadata.set(name, value));
        callback(null, metadata);
      },
      (error: unknown) => callback(error instanceof Error ? error : new TypeError(String(error))),
    );
  });
  return credentials.combineChannelCredentials(credentials.createSsl(), call);
}
