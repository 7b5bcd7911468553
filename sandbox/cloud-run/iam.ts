import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { invalidArgument } from '../kernel/refuse.ts';
import type { Role } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import { findJob, findService, findWorkerPool, identityOf } from './names.ts';
import { type Binding, bindingsInForce, type Governed } from './governed.ts';
import type { JobRecord } from './job-record.ts';
import type { ServiceRecord } from './service-record.ts';
import { appendSnapshot } from './settle.ts';
import { type CloudRunState, fullName, type Played } from './state.ts';

/** A google.iam.v1.SetIamPolicyRequest. */
export interface SetIamPolicyRequest {
  readonly resource?: string;
  readonly updateMask?: { readonly paths?: readonly string[] } | null;
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

/** A google.iam.v1.GetIamPolicyRequest. */
export interface GetIamPolicyRequest {
  readonly resource: string;
  readonly options?: { readonly requestedPolicyVersion?: number } | null;
}

/**
 * A google.iam.v1.Policy: the resource's own bindings. What it inherits is never in it. A policy with conditions that was not asked for in
 * version 3 comes without them, under role names that cannot be written back. Source: google/iam/v1/options.proto; IAM's page on policy versions.
 */
export function policyOnWire(record: Named, { options }: Pick<GetIamPolicyRequest, 'options'> = {}): object {
  const asked = options?.requestedPolicyVersion ?? 0;
  if (![0, 1, 3].includes(asked)) throw invalidArgument(`requested_policy_version must be 0, 1 or 3, not ${asked}`);
  const conditional = record.bindings.some(({ condition }) => condition !== undefined);
  const bindings =
    asked === 3
      ? record.bindings
      : record.bindings.map(({ role, members, condition }) =>
          condition === undefined
            ? { role, members }
            : { role: `${role}_withcond_${conditionHash(condition)}`, members },
        );
  return { version: conditional && asked === 3 ? 3 : 1, bindings, etag: etagOf(record) };
}

/**
 * Replaces the policy. Throws ABORTED where it has changed since it was read; INVALID_ARGUMENT on a binding without a role, or where
 * conditions are written, or would be lost, without version 3. Source: google/iam/v1/policy.proto, Policy.version and etag.
 */
export function setPolicy(
  state: CloudRunState,
  { resource = '', policy, updateMask }: SetIamPolicyRequest,
  { role, at }: { readonly role: Role; readonly at: number },
): object {
  const record = findGoverned(state, resource);
  const strange = (updateMask?.paths ?? []).find((path) => path !== 'bindings' && path !== 'etag');
  if (strange !== undefined)
    throw invalidArgument(`update_mask: this sandbox writes bindings and etag only, not ${JSON.stringify(strange)}`);
  const given = Buffer.from(policy?.etag ?? '');
  if (given.length > 0 && !given.equals(etagOf(record)))
    throw new StatusError(
      status.ABORTED,
      'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
    );
  const bindings = (policy?.bindings ?? []).flatMap(checkedBinding);
  const version = policy?.version ?? 0;
  if (![0, 1, 3].includes(version)) throw invalidArgument(`policy.version must be 0, 1 or 3, not ${version}`);
  const conditional = [...bindings, ...(given.length > 0 ? record.bindings : [])].some(
    ({ condition }) => condition !== undefined,
  );
  if (conditional && version !== 3) throw invalidArgument('policy.version must be 3 where the policy has conditions');
  record.policyVersion += 1;
  if (state.played.world['iam-change'] === 'late')
    record.earlier = { bindings: bindingsInForce(record, at), until: at + changeTakes(record, state.played) };
  else delete record.earlier;
  record.bindings = bindings;
  // Who may invoke decides who reaches a service.
  if (record.kind !== 'jobs') appendSnapshot(record, at, state.played);
  const service = { services: 'Services', jobs: 'Jobs', workerPools: 'WorkerPools' }[record.kind];
  const actor = identityOf(role, record.project);
  state.audit.push({ at, actor, method: `google.cloud.run.v2.${service}.SetIamPolicy`, resource: fullName(record) });
  return policyOnWire(record, { options: { requestedPolicyVersion: version } });
}

/** Some changes are sooner in force than others: one after another takes longer, until it begins anew. */
function changeTakes({ policyVersion }: Governed, { durations: { iamChange } }: Played): number {
  const [shortest, longest] = iamChange;
  return shortest + ((longest - shortest) * ((policyVersion - 1) % 3)) / 2;
}

type RequestedBinding = NonNullable<NonNullable<SetIamPolicyRequest['policy']>['bindings']>[number];

function checkedBinding({ role = '', members = [], condition }: RequestedBinding): Binding[] {
  if (!/^(?:roles|projects|organizations)\/./.test(role) || role.includes('_withcond_'))
    throw invalidArgument(`policy.bindings: ${JSON.stringify(role)} is not a role`);
  return members.length === 0 ? [] : [{ role, members, ...(condition ? { condition } : {}) }];
}

function conditionHash(condition: object): string {
  return createHash('sha256').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
}

type Named = Governed & { readonly name: string };

function etagOf({ bindings, policyVersion, name }: Named): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([name, policyVersion, bindings]))
    .digest()
    .subarray(0, 8);
}
