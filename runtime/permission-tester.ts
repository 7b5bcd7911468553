import { protos, type ServicesClient } from '@google-cloud/run';
import type { GoogleIdentity, GooglePlace } from './google-place.ts';
import { type UnaryMethod, unaryCaller } from './unary-grpc.ts';

const { TestIamPermissionsRequest, TestIamPermissionsResponse } = protos.google.iam.v1;

type Testing = UnaryMethod<
  protos.google.iam.v1.ITestIamPermissionsRequest,
  protos.google.iam.v1.ITestIamPermissionsResponse
>;

const format = {
  encode: (request) => TestIamPermissionsRequest.encode(request).finish(),
  decode: (bytes) => TestIamPermissionsResponse.decode(bytes),
} satisfies Pick<Testing, 'encode' | 'decode'>;

/**
 * The method that says what its caller may do, of the APIs that no client here is for. It asks for no permission itself. Sources:
 * google/iam/admin/v1/iam.proto; google/devtools/artifactregistry/v1/service.proto.
 */
const methods = {
  account: { api: 'iam', path: '/google.iam.admin.v1.IAM/TestIamPermissions', ...format },
  repository: {
    api: 'artifact-registry',
    path: '/google.devtools.artifactregistry.v1.ArtifactRegistry/TestIamPermissions',
    ...format,
  },
} as const satisfies Record<string, Testing>;
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
  client: Pick<ServicesClient, 'auth'>,
): PermissionTester {
  const caller = unaryCaller(place, role, client);
  return {
    async test(on, resource, permissions) {
      const about = { field: 'resource', resource };
      const answer = await caller.call(methods[on], { resource, permissions: [...permissions] }, about, patience);
      return answer.permissions ?? [];
    },
    close: () => caller.close(),
  };
}
