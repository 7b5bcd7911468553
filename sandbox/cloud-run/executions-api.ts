import { status } from '@grpc/grpc-js';
import type { CallContext, Role, UnaryHandler } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import { type DeleteRequest, deleters, refuseOther } from './deletes.ts';
import { endOf, runs } from './jobs.ts';
import { executionEtag, executionOnWire } from './jobs-wire.ts';
import { findExecution, findJob, requireRole } from './names.ts';
import { simpleOperation } from './operations.ts';
import { page, type PageRequest } from './paging.ts';
import type { StateAccess } from './services-api.ts';
import { fullName } from './state.ts';

const readers: readonly Role[] = ['observe', 'respond', 'respond-iam', 'destructive', 'publisher'];
const writers: readonly Role[] = ['respond', 'publisher'];

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
    CancelExecution: ({ name = '', etag, validateOnly }: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, writers, 'run.executions.cancel');
        const { job, execution } = findExecution(state, name);
        refuseOther(execution.name, etag, executionEtag(execution));
        if (!runs(job, execution, now()))
          throw new StatusError(status.FAILED_PRECONDITION, `Execution '${execution.name}' does not run any more.`);
        const cancelled = { ...execution, cancelledAt: execution.cancelledAt ?? now() };
        // Done when the execution has ended, which has its time of grace.
        const ended = endOf(job, cancelled);
        return simpleOperation(state, {
          record: { ...job, operationMilliseconds: ended - now() },
          method: 'google.cloud.run.v2.Executions.CancelExecution',
          type: 'Execution',
          resource: `${fullName(job)}/executions/${execution.name}`,
          role,
          now: now(),
          validateOnly,
          result: executionOnWire(job, cancelled, ended),
          apply: () => Object.assign(execution, cancelled),
        });
      }),
    DeleteExecution: ({ name = '', etag, validateOnly }: DeleteRequest, { role, now }: CallContext) =>
      change((state) => {
        requireRole(role, deleters, 'run.executions.delete');
        const { job, execution } = findExecution(state, name);
        refuseOther(execution.name, etag, executionEtag(execution));
        return simpleOperation(state, {
          record: job,
          method: 'google.cloud.run.v2.Executions.DeleteExecution',
          type: 'Execution',
          resource: `${fullName(job)}/executions/${execution.name}`,
          role,
          now: now(),
          validateOnly,
          result: executionOnWire(job, execution, now()),
          apply: () => {
            execution.deletedAt = now();
            execution.cancelledAt ??= now();
          },
        });
      }),
  };
}
