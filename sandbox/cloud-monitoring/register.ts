import { requireRole } from '../cloud-run/names.ts';
import { settleAll } from '../cloud-run/settle.ts';
import { cloudRunSection } from '../cloud-run/state.ts';
import { protosOf } from '../kernel/definitions.ts';
import type { CallContext, Kernel, SandboxService } from '../kernel/service.ts';
import { listTimeSeries } from './list-time-series.ts';
import type { ListTimeSeriesRequest } from './list-time-series.ts';

/** Cloud Monitoring v3 as far as Firebreak may use it: how many instances a revision had. */
export function registerCloudMonitoring({ store, now }: Pick<Kernel, 'store' | 'now'>): SandboxService[] {
  const cloudRun = cloudRunSection(store);
  return [
    {
      name: 'google.monitoring.v3.MetricService',
      protos: protosOf('@google-cloud/monitoring'),
      unary: {
        ListTimeSeries: async (request: ListTimeSeriesRequest, { role }: CallContext) => {
          requireRole(role, ['observe'], 'monitoring.timeSeries.list');
          const time = now();
          if (settleAll(cloudRun.value, time)) cloudRun.touch();
          return listTimeSeries(request, cloudRun.value, time);
        },
      },
    },
  ];
}
