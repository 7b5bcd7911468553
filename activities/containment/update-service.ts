import { status } from '@grpc/grpc-js';
import type { protos } from '@google-cloud/run';
import type { TemplateField } from '../../model/fields.ts';
import type { Action } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import type { RespondClients } from '../../runtime/google-clients.ts';
import { grpcCode, NotPossible } from '../google-errors.ts';
import { reasonHeader } from '../request-reason.ts';
import { serviceFields, toService } from '../settings/service-fields.ts';
import { traceOf } from './asked.ts';
import { setCounts, withoutZero } from './automatic-counts.ts';
import { revisionsSince } from './revisions-since.ts';
import { callOptions, type Executor, gone, startedOperation } from './executor.ts';
import { templateFrom } from './template-from.ts';
import { untilServing } from './until-serving.ts';

/** Writes fields of a service, over the service as just read. A change of its template makes a new revision, and ends when that one is ready. */
export function updateService({ services, revisions }: Pick<RespondClients, 'services' | 'revisions'>): Executor {
  /** The template of the revision that the change names, as it is now: nothing of it is kept. */
  async function template(service: string, { from, ...wanted }: TemplateField) {
    if (from === undefined)
      throw new NotPossible(`the change does not say which revision ${wanted.revision} is made from`);
    const [[revision], [live]] = await Promise.all([
      revisions.getRevision({ name: `${service}/revisions/${from}` }, callOptions),
      services.getService({ name: service }, callOptions),
    ]);
    return templateFrom(revision, live.template, wanted);
  }

  async function request({ target, change: { template: wanted, ...others } }: Action, etag: string) {
    const name = targetName(target);
    const { service, paths } = toService(others);
    const made = wanted === undefined ? undefined : await template(name, wanted);
    return {
      service: { ...service, name, etag, ...(made !== undefined && { template: made }) },
      updateMask: { paths: [...paths, ...(made === undefined ? [] : ['template'])] },
    } satisfies protos.google.cloud.run.v2.IUpdateServiceRequest;
  }

  async function update(
    action: Action,
    { etag, validateOnly }: { readonly etag: string; readonly validateOnly: boolean },
    reason: string,
  ) {
    const options = { ...callOptions, ...reasonHeader(reason) };
    try {
      return await services.updateService({ ...(await request(action, etag)), validateOnly }, options);
    } catch (error) {
      const change = withoutZero(error, action.change);
      if (change === undefined) throw error;
      return await services.updateService({ ...(await request({ ...action, change }, etag)), validateOnly }, options);
    }
  }

  return {
    moves: 1,
    deployedSince: (target, time) => revisionsSince(revisions, targetName(target), time),
    async read(target) {
      try {
        const [service] = await services.getService({ name: targetName(target) }, callOptions);
        return {
          name: service.name ?? '',
          fields: serviceFields(service),
          etag: service.etag ?? '',
          settled: service.reconciling !== true,
          ...traceOf(service),
        };
      } catch (error) {
        if (grpcCode(error) === status.NOT_FOUND) return gone;
        throw error;
      }
    },
    async validate(action, { etag }, reason) {
      await update(action, { etag, validateOnly: true }, reason);
    },
    async start(action, { etag }, reason) {
      const [answer] = await update(action, { etag, validateOnly: false }, reason);
      const operation = startedOperation(answer);
      const { change, target } = action;
      const { template: wanted } = change;
      const name = targetName(target);
      return {
        ...operation,
        async ended() {
          await (wanted === undefined ? operation.ended() : untilServing(services, name, wanted, operation));
          return setCounts(services, name, change, reasonHeader(reason));
        },
      };
    },
  };
}
