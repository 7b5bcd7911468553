import { status } from '@grpc/grpc-js';
import type { protos } from '@google-cloud/run';
import { targetName } from '../../model/rails.ts';
import type { Target } from '../../model/plan.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { RespondIamClients } from '../../runtime/google-clients.ts';
import { grpcCode, NotPossible } from '../google-errors.ts';
import { plainJson } from '../plain-json.ts';
import { reasonHeader } from '../request-reason.ts';
import { later } from '../later.ts';
import { everyone, invokersOf } from '../settings/policy.ts';
import { callOptions, type Executor, gone } from './executor.ts';
import { withInvokers } from './invoker-bindings.ts';

type Policy = protos.google.iam.v1.IPolicy;

/**
 * Writes who may call a service, run a job or a worker pool, as far as the resource's own policy says so without a condition. All else of
 * the policy stays: other roles, conditions, audit settings. The method has no validation.
 */
export function setInvokers({ services, jobs, workerPools }: RespondIamClients): Executor {
  function clientOf({ kind }: Target) {
    if (kind === 'instance') throw new NotPossible('the client has no method for the policy of an instance');
    return { service: services, job: jobs, workerPool: workerPools }[kind];
  }

  /** Version 3 is the one that tells conditions; written back in a lower one they would be lost. */
  async function policyOf(target: Target): Promise<Policy> {
    const request = { resource: targetName(target), options: { requestedPolicyVersion: 3 } };
    const [policy] = await clientOf(target).getIamPolicy(request, callOptions);
    return policy;
  }

  return {
    async read(target) {
      try {
        const policy = await policyOf(target);
        return {
          name: targetName(target),
          fields: { exists: true, invokers: invokersOf(policy) },
          etag: etagOf(policy),
          settled: true,
          asked: {
            bindings: plainJson(withInvokers(policy, [])),
            auditConfigs: plainJson(policy.auditConfigs ?? []),
          },
        };
      } catch (error) {
        if (grpcCode(error) === status.NOT_FOUND) return gone;
        throw error;
      }
    },
    async start({ target, change }, { etag }, reason) {
      const { invokers, ...others } = change;
      const [other] = Object.keys(others);
      if (invokers === undefined || other !== undefined)
        throw new NotPossible(`${other ?? 'a change without invokers'} is nothing that a policy says`);
      const policy = await policyOf(target);
      if (etagOf(policy) !== etag) throw later('conflict', 'the policy changed meanwhile; it is read again', 100);
      try {
        await clientOf(target).setIamPolicy(
          { resource: targetName(target), policy: { ...policy, version: 3, bindings: withInvokers(policy, invokers) } },
          { ...callOptions, ...reasonHeader(reason) },
        );
      } catch (error) {
        throw explained(
          error,
          invokers.filter((member) => everyone.has(member)),
        );
      }
      return null;
    },
  };
}

function etagOf({ etag }: Policy): string {
  return typeof etag === 'string' ? etag : Buffer.from(etag ?? []).toString('base64');
}

/** An organization policy answers as if the request were wrong; with what was asked for, people can tell why. */
function explained(error: unknown, open: readonly string[]): unknown {
  if (open.length === 0 || grpcCode(error) !== status.FAILED_PRECONDITION) return error;
  return Object.assign(
    new Error(
      `${open.join(', ')} cannot be added: an organization policy (iam.allowedPolicyMemberDomains or the like) seems to forbid it. An administrator has to allow it first. Google: ${messageOf(error)}`,
      { cause: error },
    ),
    { code: status.FAILED_PRECONDITION },
  );
}
