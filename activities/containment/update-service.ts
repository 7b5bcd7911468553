import { status } from '@grpc/grpc-js';
import type { ServicesClient } from '@google-cloud/run';
import { targetName } from '../../model/rails.ts';
import { grpcCode } from '../google-errors.ts';
import { serviceFields, toService } from '../settings/service-fields.ts';
import { callOptions, type Executor, gone, reasonHeader } from './executor.ts';

/** Writes fields of a service, over the service as just read. */
export function updateService(services: ServicesClient): Executor {
  return {
    permissions: ['run.services.get', 'run.services.update', 'run.operations.get'],
    async read(target) {
      try {
        const [service] = await services.getService({ name: targetName(target) }, callOptions);
        return {
          name: service.name ?? '',
          fields: serviceFields(service),
          etag: service.etag ?? '',
          settled: service.reconciling !== true,
        };
      } catch (error) {
        if (grpcCode(error) === status.NOT_FOUND) return gone;
        throw error;
      }
    },
    async validate({ target, change }, { etag }, reason) {
      const { service, paths } = toService(change);
      await services.updateService(
        { service: { ...service, name: targetName(target), etag }, updateMask: { paths }, validateOnly: true },
        { ...callOptions, ...reasonHeader(reason) },
      );
    },
    async start({ target, change }, { etag }, reason) {
      const { service, paths } = toService(change);
      const [operation] = await services.updateService(
        { service: { ...service, name: targetName(target), etag }, updateMask: { paths } },
        { ...callOptions, ...reasonHeader(reason) },
      );
      return { name: operation.name ?? '', ended: () => operation.promise() };
    },
  };
}
