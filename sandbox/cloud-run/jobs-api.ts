import { status } from '@grpc/grpc-js';
import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { StatusError } from '../kernel/service.ts';
import { createJob, type CreateJobRequest, creators } from './create.ts';
import { type DeleteRequest, deleteRecord, deleters, refuseOther } from './deletes.ts';
import { type GetIamPolicyRequest, policyOnWire } from './iam.ts';
import type { JobRecord } from './job-record.ts';
import { endOf, newExecution, taskOf } from './jobs.ts';
import { executionOnWire, jobEtag, jobOnWire } from './jobs-wire.ts';
import { findJob, identityOf, recordsIn, requireRole } from './names.ts';
import { simpleOperation } from './operations.ts';
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

/** google.cloud.run.v2.Jobs: create, get, list, update (whole: there is no mask), run, delete, IAM policy. */
export function jobsApi(access: StateAccess): Record<string, UnaryHandler> {
  const { read, change, guard } = access;
  return {
    CreateJob: (request: CreateJobRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, creators, 'run.jobs.create');
        return createJob(state, request, { role, now: now(), guard });
      }),
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
    UpdateJob: ({ job: requested, validateOnly, allowMissing }: UpdateJobRequest, { role, now }: CallContext) =>
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
        const wanted = requestedJob(requested, job);
        guard(role, { projectNumber: job.projectNumber, template: taskOf(wanted.template) });
        const updated: JobRecord = {
          ...job,
          ...wanted,
          updating: { until: now() + job.operationMilliseconds, before: job.template },
          version: job.version + 1,
          updateTime: now(),
          lastModifier: identityOf(role, job.project),
        };
        return simpleOperation(state, {
          record: job,
          method: 'google.cloud.run.v2.Jobs.UpdateJob',
          type: 'Job',
          resource: fullName(job),
          role,
          now: now(),
          validateOnly,
          meanwhile: jobOnWire(updated, now()),
          result: jobOnWire(updated, now() + job.operationMilliseconds),
          apply: () => Object.assign(job, updated),
        });
      }),
    RunJob: (request: RunJobRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, owners, 'run.jobs.run');
        const job = findJob(state, request.name ?? '');
        refuseOther(job.name, request.etag, jobEtag(job));
        if (request.overrides !== undefined && request.overrides !== null)
          throw invalidArgument('overrides: this sandbox runs jobs as they are');
        const execution = newExecution(job, now(), identityOf(role, job.project));
        return simpleOperation(state, {
          // Clients of the real service wait for it until the execution has ended.
          record: { ...job, operationMilliseconds: endOf(job, execution) - now() },
          execution: execution.name,
          method: 'google.cloud.run.v2.Jobs.RunJob',
          type: 'Execution',
          resource: fullName(job),
          role,
          now: now(),
          validateOnly: request.validateOnly,
          meanwhile: executionOnWire(job, execution, now()),
          result: executionOnWire(job, execution, endOf(job, execution)),
          apply: () => job.executions.push(execution),
        });
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
