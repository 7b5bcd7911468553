import { requireRole } from '../cloud-run/names.ts';
import type { PageRequest } from '../cloud-run/paging.ts';
import { cloudRunSection } from '../cloud-run/state.ts';
import { locationProtosOf, protosOf } from '../kernel/definitions.ts';
import type { CallContext, Kernel, SandboxService } from '../kernel/service.ts';
import { listLocations, listSchedules, schedulesSection, seedSchedule } from './schedules.ts';

const clientPackage = '@google-cloud/scheduler';

/** Cloud Scheduler v1 as far as Firebreak uses it: listing schedules, and the locations that have any. */
export function registerCloudScheduler({ store, routes }: Pick<Kernel, 'store' | 'routes'>): SandboxService[] {
  const cloudRun = cloudRunSection(store);
  const schedules = schedulesSection(store);
  routes.add({
    method: 'PUT',
    path: '/cloud-scheduler/schedules',
    summary:
      'makes a schedule exist, or be as described again: {project, location, name, schedule, uri, …}; it runs nothing',
    handle: ({ body }) => seedSchedule(schedules, body),
  });
  return [
    {
      name: 'google.cloud.scheduler.v1.CloudScheduler',
      protos: protosOf(clientPackage),
      unary: {
        ListJobs: async (request: PageRequest, { role }: CallContext) => {
          requireRole(role, ['observe'], 'cloudscheduler.jobs.list');
          return listSchedules(request, schedules.value, cloudRun.value);
        },
      },
    },
    {
      name: 'google.cloud.location.Locations',
      protos: locationProtosOf(clientPackage),
      unary: {
        ListLocations: async (request: { readonly name?: string }, { role }: CallContext) => {
          requireRole(role, ['observe'], 'cloudscheduler.locations.list');
          return listLocations(request, schedules.value, cloudRun.value);
        },
      },
    },
  ];
}
