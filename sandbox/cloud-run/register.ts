import { grantsSection } from '../iam/grants.ts';
import { updateGuard } from '../iam/update-guard.ts';
import type { SandboxService } from '../kernel/service.ts';
import { addControlRoutes } from './control.ts';
import { executionsApi } from './executions-api.ts';
import { instancesApi } from './instances-api.ts';
import { jobsApi } from './jobs-api.ts';
import { runProtos } from './operations.ts';
import { withRefusals } from './refusals.ts';
import { operationsApi, revisionsApi, servicesApi } from './services-api.ts';
import type { StateAccess } from './services-api.ts';
import { workerPoolsApi } from './worker-pools-api.ts';
import { settleAll } from './settle.ts';
import { cloudRunSection } from './state.ts';
import type { CloudRunKernel, CloudRunState } from './state.ts';

/** Cloud Run Admin v2 as far as Firebreak uses it: services, jobs, worker pools, instances, revisions, executions, policies, operations; and its part of the control API. */
export function registerCloudRun(kernel: CloudRunKernel): SandboxService[] {
  const section = cloudRunSection(kernel.store);
  section.value.played = { world: kernel.world, durations: kernel.durations };
  const read = async <T>(use: (state: CloudRunState) => T): Promise<T> => {
    if (settleAll(section.value, kernel.now())) section.touch();
    return use(section.value);
  };
  const access: StateAccess = {
    read,
    change: async (use) => {
      const answer = await read(use);
      section.touch();
      return answer;
    },
    guard: updateGuard(kernel.world, grantsSection(kernel.store)),
  };
  addControlRoutes(kernel, section);
  const apis = {
    Services: servicesApi(access),
    Revisions: revisionsApi(access),
    WorkerPools: workerPoolsApi(access),
    Jobs: jobsApi(access),
    Executions: executionsApi(access),
    Instances: instancesApi(access),
  };
  return [
    ...Object.entries(apis).map(([api, unary]) => ({
      name: `google.cloud.run.v2.${api}`,
      protos: runProtos,
      unary: withRefusals(api, unary, section),
    })),
    { name: 'google.longrunning.Operations', protos: runProtos, unary: operationsApi(access) },
  ];
}
