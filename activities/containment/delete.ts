import { status } from '@grpc/grpc-js';
import { targetName } from '../../model/rails.ts';
import type { Target } from '../../model/plan.ts';
import { resourceKinds } from '../../model/resource-kinds.ts';
import type { DestructiveClients } from '../../runtime/google-clients.ts';
import { grpcCode, NotPossible } from '../google-errors.ts';
import { reasonHeader } from '../request-reason.ts';
import { jobTemplate } from '../settings/job-fields.ts';
import { serviceFields } from '../settings/service-fields.ts';
import { callOptions, type Executor, gone, type Live, startedOperation } from './executor.ts';

interface DeleteRequest {
  readonly name: string;
  readonly etag: string;
  readonly validateOnly: boolean;
}

/** Deletes a revision, a service with its revisions, or a job with its executions. Cannot be undone; gone already is as good. */
export function deleteResource({ services, revisions, jobs }: DestructiveClients): Executor {
  /** A revision's fields are its service's, since what counts before it goes is what serves. */
  async function read(target: Target): Promise<Live> {
    const name = targetName(target);
    switch (target.kind) {
      case 'service': {
        const [[service], [revision]] = await Promise.all([
          services.getService({ name }, callOptions),
          target.revision === undefined ? [undefined] : revisions.getRevision({ name: fullName(target) }, callOptions),
        ]);
        const { etag, deleteTime } = revision ?? service;
        if ((deleteTime ?? null) !== null) return gone;
        return {
          name: service.name ?? '',
          fields: serviceFields(service),
          etag: etag ?? '',
          settled: service.reconciling !== true,
        };
      }
      case 'job': {
        const [job] = await jobs.getJob({ name }, callOptions);
        if ((job.deleteTime ?? null) !== null) return gone;
        return {
          name: job.name ?? '',
          fields: { exists: true, template: jobTemplate(job) },
          etag: job.etag ?? '',
          settled: job.reconciling !== true,
        };
      }
      case 'workerPool':
      case 'instance':
        throw new NotPossible(`${resourceKinds[target.kind].words}s are not deleted by this version`);
    }
  }

  async function remove(target: Target, request: DeleteRequest, reason: string) {
    const options = { ...callOptions, ...reasonHeader(reason) };
    if (target.kind === 'job') return startedOperation((await jobs.deleteJob(request, options))[0]);
    if (target.revision !== undefined) return startedOperation((await revisions.deleteRevision(request, options))[0]);
    return startedOperation((await services.deleteService(request, options))[0]);
  }

  return {
    async read(target) {
      try {
        return await read(target);
      } catch (error) {
        if (grpcCode(error) === status.NOT_FOUND) return gone;
        throw error;
      }
    },
    async validate({ target }, { etag }, reason) {
      await remove(target, { name: fullName(target), etag, validateOnly: true }, reason).catch(goneIsFine);
    },
    async start({ target, change }, { etag }, reason) {
      if (change.exists !== false) throw new NotPossible('what is there can be deleted; nothing is made');
      return remove(target, { name: fullName(target), etag, validateOnly: false }, reason).catch((error: unknown) => {
        goneIsFine(error);
        return 'not-needed' as const;
      });
    },
  };
}

function fullName(target: Target): string {
  return target.revision === undefined ? targetName(target) : `${targetName(target)}/revisions/${target.revision}`;
}

function goneIsFine(error: unknown): void {
  if (grpcCode(error) !== status.NOT_FOUND) throw error;
}
