import { status } from '@grpc/grpc-js';
import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { StatusError } from '../kernel/service.ts';
import { type DeleteRequest, deleteRecord, deleters, refuseOther } from './deletes.ts';
import { type GetIamPolicyRequest, policyOnWire } from './iam.ts';
import { addExecution, endOf, runs } from './jobs.ts';
import { executionEtag, executionOnWire, jobEtag, jobOnWire } from './jobs-wire.ts';
import { findExecution, findJob, identityOf, recordsIn, requireRole } from './names.ts';
import { operationOnWire, simpleOperation } from './operations.ts';
import { page, type PageRequest } from './paging.ts';
import type { StateAccess } from './services-api.ts';
import { setIamPolicy } from './set-iam-policy.ts';
import { fullName } from './state.ts';
import { type RequestedJob, requestedJob } from './update-job.ts';

interface UpdateJobRequest {
  readonly job?: RequestedJob | null;
  readonly validateOnly?: boolean;
  readonly allowMissing?: boolean;
}

interface RunJobRequest extends DeleteRequest {
  readonly overrides?: object | null;
}

const readers: readonly Role[] = ['observe', 'respond', 'respond-iam', 'destructive', 'publisher'];
const writers: readonly Role[] = ['respond', 'publisher'];
const owners: readonly Role[] = ['publisher'];

/** google.cloud.run.v2.Jobs: get, list, update (whole: there is no mask), run, delete, IAM policy. */
export function jobsApi(access: StateAccess): Record<string, UnaryHandler> {
  const { read, change } = access;
  return {
    GetJob: (request: { readonly name: string }, { role, now }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.jobs.get');
        return jobOnWire(findJob(state, request.name), now());
      }),
    ListJobs: (request: PageRequest, { role, now }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.jobs.list');
        const { items, nextPageToken } = page(recordsIn(state.jobs, 'jobs', request.parent ?? ''), request);
        return { jobs: items.map((job) => jobOnWire(job, now())), nextPageToken };
      }),
    UpdateJob: ({ job: requested, validateOnly = false, allowMissing }: UpdateJobRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, writers, 'run.jobs.update');
        if (requested === undefined || requested === null) throw invalidArgument('job is missing');
        if (allowMissing === true)
          throw new StatusError(
            status.UNIMPLEMENTED,
            'the sandbox does not create jobs: allow_missing must not be set',
          );
        const job = findJob(state, requested.name ?? '');
        refuseOther(job.name, requested.etag, jobEtag(job));
        const actor = identityOf(role, job.project);
        const updated = {
          ...job,
          ...requestedJob(requested),
          version: job.version + 1,
          updateTime: now(),
          lastModifier: actor,
        };
        if (!validateOnly) Object.assign(job, updated);
        const operation = simpleOperation(
          state,
          job,
          {
            method: 'google.cloud.run.v2.Jobs.UpdateJob',
            type: 'Job',
            service: fullName(job),
            startedAt: now(),
            actor,
            result: jobOnWire(updated, now()),
          },
          validateOnly,
        );
        return operationOnWire(state, operation, now());
      }),
    RunJob: (request: RunJobRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, owners, 'run.jobs.run');
        const job = findJob(state, request.name ?? '');
        refuseOther(job.name, request.etag, jobEtag(job));
        if (request.overrides !== undefined && request.overrides !== null)
          throw invalidArgument('overrides: this sandbox runs jobs as they are');
        const actor = identityOf(role, job.project);
        const validateOnly = request.validateOnly === true;
        const execution = addExecution(validateOnly ? { ...job, executions: [] } : job, now(), actor);
        const result = executionOnWire(job, execution, now());
        const method = 'google.cloud.run.v2.Jobs.RunJob';
        const details = { method, type: 'Execution', service: fullName(job), startedAt: now(), actor, result };
        return operationOnWire(state, simpleOperation(state, job, details, validateOnly), now());
      }),
    DeleteJob: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, deleters, 'run.jobs.delete');
        return deleteRecord(state, findJob(state, request.name ?? ''), request, { role, now: now() });
      }),
    GetIamPolicy: (request: GetIamPolicyRequest, { role }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.jobs.getIamPolicy');
        return policyOnWire(findJob(state, request.resource), request);
      }),
    SetIamPolicy: setIamPolicy(access, 'run.jobs.setIamPolicy'),
  };
}

/** google.cloud.run.v2.Executions: get, list, cancel, delete. */
export function executionsApi({ read, change }: StateAccess): Record<string, UnaryHandler> {
  return {
    GetExecution: (request: { readonly name: string }, { role, now }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.executions.get');
        const { job, execution } = findExecution(state, request.name);
        return executionOnWire(job, execution, now());
      }),
    ListExecutions: (request: PageRequest, { role, now }: CallContext) =>
      read((state) => {
        requireRole(role, readers, 'run.executions.list');
        const job = findJob(state, request.parent ?? '');
        const newest = job.executions.filter(({ deletedAt }) => deletedAt === undefined).toReversed();
        const { items, nextPageToken } = page(newest, request);
        return { executions: items.map((execution) => executionOnWire(job, execution, now())), nextPageToken };
      }),
    CancelExecution: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, writers, 'run.executions.cancel');
        const { job, execution } = findExecution(state, request.name ?? '');
        refuseOther(execution.name, request.etag, executionEtag(execution));
        if (!runs(job, execution, now()))
          throw new StatusError(status.FAILED_PRECONDITION, `Execution '${execution.name}' does not run any more.`);
        if (request.validateOnly !== true) execution.cancelledAt ??= now();
        const actor = identityOf(role, job.project);
        // Done when the execution has ended, which has its grace time.
        const ended = Math.max(now(), endOf(job, execution));
        const slow = { ...job, operationMilliseconds: ended - now() };
        const operation = simpleOperation(
          state,
          slow,
          {
            method: 'google.cloud.run.v2.Executions.CancelExecution',
            type: 'Execution',
            service: `${fullName(job)}/executions/${execution.name}`,
            startedAt: now(),
            actor,
            result: executionOnWire(job, execution, ended),
          },
          request.validateOnly === true,
        );
        return operationOnWire(state, operation, now());
      }),
    DeleteExecution: (request: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, deleters, 'run.executions.delete');
        const { job, execution } = findExecution(state, request.name ?? '');
        refuseOther(execution.name, request.etag, executionEtag(execution));
        const validateOnly = request.validateOnly === true;
        const details = {
          method: 'google.cloud.run.v2.Executions.DeleteExecution',
          type: 'Execution',
          service: `${fullName(job)}/executions/${execution.name}`,
          startedAt: now(),
          actor: identityOf(role, job.project),
          result: executionOnWire(job, execution, now()),
        };
        if (!validateOnly) {
          execution.deletedAt = now();
          execution.cancelledAt ??= now();
        }
        return operationOnWire(state, simpleOperation(state, job, details, validateOnly), now());
      }),
  };
}
