import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { invalidArgument } from '../kernel/refuse.ts';
import { StatusError } from '../kernel/service.ts';
import { findJob, findService, findWorkerPool } from './names.ts';
import {
  type Binding,
  type CloudRunState,
  fullName,
  type Governed,
  type JobRecord,
  type ServiceRecord,
} from './state.ts';

/** A google.iam.v1.SetIamPolicyRequest. */
export interface SetIamPolicyRequest {
  readonly resource?: string;
  readonly policy?: {
    readonly version?: number;
    readonly etag?: Uint8Array | string;
    readonly bindings?: readonly {
      readonly role?: string;
      readonly members?: readonly string[];
      readonly condition?: object | null;
    }[];
  } | null;
}

/** The service, job or worker pool of that full name. Throws INVALID_ARGUMENT, NOT_FOUND. */
export function findGoverned(state: CloudRunState, resource: string): ServiceRecord | JobRecord {
  if (/\/jobs\/[^/]+$/.test(resource)) return findJob(state, resource);
  return /\/workerPools\/[^/]+$/.test(resource) ? findWorkerPool(state, resource) : findService(state, resource);
}

/** A google.iam.v1.Policy: the resource's own bindings. What it inherits is never in it. */
export function policyOnWire(record: Governed & { readonly name: string }): object {
  return {
    version: record.bindings.some(({ condition }) => condition !== undefined) ? 3 : 1,
    bindings: record.bindings,
    etag: etagOf(record),
  };
}

/** Replaces the policy. Throws ABORTED where it has changed since it was read, INVALID_ARGUMENT on a binding without a role. */
export function setPolicy(
  state: CloudRunState,
  { resource = '', policy }: SetIamPolicyRequest,
  { actor, at }: { readonly actor: string; readonly at: number },
): object {
  const record = findGoverned(state, resource);
  const given = Buffer.from(policy?.etag ?? '');
  if (given.length > 0 && !given.equals(etagOf(record)))
    throw new StatusError(
      status.ABORTED,
      'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
    );
  record.bindings = (policy?.bindings ?? []).flatMap(({ role = '', members = [], condition }): Binding[] => {
    if (!role.startsWith('roles/') && !/^(projects|organizations)\//.test(role))
      throw invalidArgument(`policy.bindings: ${JSON.stringify(role)} is not a role`);
    return members.length === 0 ? [] : [{ role, members, ...(condition ? { condition } : {}) }];
  });
  record.policyVersion += 1;
  const service = { services: 'Services', jobs: 'Jobs', workerPools: 'WorkerPools' }[record.kind];
  state.audit.push({ at, actor, method: `google.cloud.run.v2.${service}.SetIamPolicy`, resource: fullName(record) });
  return policyOnWire(record);
}

/** Who may invoke, by the resource's own policy. */
export function invokersOf({ bindings }: Governed): readonly string[] {
  return bindings.filter(({ role }) => role === 'roles/run.invoker').flatMap(({ members }) => members);
}

function etagOf({ bindings, policyVersion, name }: Governed & { readonly name: string }): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([name, policyVersion, bindings]))
    .digest()
    .subarray(0, 8);
}
