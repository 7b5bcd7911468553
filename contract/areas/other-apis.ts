import { answered } from '../answers.ts';
import { type Area, by, holds } from '../claim.ts';

/** Resource Manager, which says who may do what in a project. */
export const resourceManager: Area = {
  title: 'Resource Manager (`google.cloud.resourcemanager.v3`)',
  served:
    'Served: `Projects` GetProject (owner), GetIamPolicy (observe, owner), and TestIamPermissions of `Projects`, `Folders` and `Organizations` (everybody); others PERMISSION_DENIED.',
  claims: [
    {
      id: 'project.policy',
      statement:
        'GetIamPolicy answers the project’s own bindings, none of folders, the organization or deny policies; conditions as in Cloud Run’s policies',
      source: 'projects.proto, GetIamPolicy; google/iam/v1/policy.proto',
      strength: 'documented',
      check: by([], async ({ clients, project }) => {
        const [{ bindings }] = await clients.projects.getIamPolicy({
          resource: `projects/${project}`,
          options: { requestedPolicyVersion: 3 },
        });
        const count = bindings?.length ?? 0;
        return holds(count > 0, `${count} bindings; where they come from cannot be told from them`);
      }),
    },
    {
      id: 'project.unknown',
      statement: 'a project that does not exist is PERMISSION_DENIED',
      source: 'projects.proto, GetIamPolicy',
      strength: 'documented',
      check: by([], async ({ clients }) => {
        const { code, said } = await answered(
          () => clients.projects.getIamPolicy({ resource: 'projects/no-such-project-of-anybody' }),
          'answers',
        );
        return holds(code === 'PERMISSION_DENIED', `answered ${said}`);
      }),
    },
    {
      id: 'project.test-permissions',
      statement:
        'TestIamPermissions answers those that its caller has, and is INVALID_ARGUMENT as a whole for a name that a project does not know',
      source: 'projects.proto, TestIamPermissions; google-cloud-java, issue 722',
      strength: 'live write-up',
      check: by([], async ({ clients, project }) => {
        const permission = 'resourcemanager.projects.getIamPolicy';
        const ask = (permissions: string[]) =>
          clients.projects.testIamPermissions({ resource: `projects/${project}`, permissions });
        const [{ permissions }] = await ask([permission]);
        const { code, said } = await answered(() => ask([permission, 'no.such.permission']), 'answers');
        return holds(
          code === 'INVALID_ARGUMENT',
          `${permissions?.length ?? 0} of 1 held; with an unknown name: ${said}`,
        );
      }),
    },
    {
      id: 'project.audit-configs',
      statement:
        'a policy has `auditConfigs` where data access is logged, by service or `allServices`, kind and exempted members',
      source: 'google/iam/v1/policy.proto, AuditConfig',
      strength: 'documented',
      check: { none: 'it would turn the logs of a whole project on' },
    },
  ],
  own: [
    'What an identity is said to lack (`PUT /resource-manager/lacking`) is an answer only: its calls are served all the same.',
    'A project that was not described has an owner, who is a person, and an account that deploys; `PUT /resource-manager/policies` replaces that.',
    'Roles are names: what a project’s policy says changes nothing of who may do what here.',
  ],
};

/** Service Usage, which says what is on in a project. */
export const serviceUsage: Area = {
  title: 'Service Usage (`google.api.serviceusage.v1`)',
  served: 'Served: `ServiceUsage` BatchGetServices. Role: owner; others PERMISSION_DENIED.',
  claims: [
    {
      id: 'service-usage.state',
      statement: 'BatchGetServices says of up to 30 APIs of a project whether they are ENABLED or DISABLED',
      source: 'google/api/serviceusage/v1/serviceusage.proto, resources.proto',
      strength: 'documented',
      check: { none: 'no client package of it is here; preflight asks it by a plain call' },
    },
  ],
  own: ['An API that is said to be off (`PUT /service-usage`) is served all the same.'],
};

/** Cloud Scheduler, which runs jobs. */
export const cloudScheduler: Area = {
  title: 'Cloud Scheduler (`google.cloud.scheduler.v1`)',
  served:
    'Served: `CloudScheduler` ListJobs, and `google.cloud.location.Locations` ListLocations, as its client calls it. Role: observe; others PERMISSION_DENIED. Pausing is UNIMPLEMENTED.',
  claims: [
    {
      id: 'scheduler.locations',
      statement: 'the client lists the locations in which schedules can be',
      source: 'google/cloud/location/locations.proto, ListLocations',
      strength: 'documented',
      check: by([], async ({ clients, project }) => {
        const found: string[] = [];
        for await (const { locationId } of clients.schedules.listLocationsAsync(
          { name: `projects/${project}` },
          { autoPaginate: false },
        ))
          found.push(locationId ?? '');
        return holds(found.length > 0 && found.every((id) => id !== ''), `${found.length} locations`);
      }),
    },
    {
      id: 'scheduler.pages',
      statement: 'schedules are listed in pages of at most 500',
      source: 'cloudscheduler.proto, ListJobsRequest.page_size',
      strength: 'documented',
      check: by([], async ({ clients, project, location }) => {
        const [jobs] = await clients.schedules.listJobs(
          { parent: `projects/${project}/locations/${location}`, pageSize: 500 },
          { autoPaginate: false },
        );
        return holds(jobs.length <= 500, `${jobs.length} schedules in a page`);
      }),
    },
    {
      id: 'scheduler.fields',
      statement: 'a schedule has name, schedule, time zone, state and a target',
      source: 'scheduler/v1/job.proto, target.proto',
      strength: 'documented',
      check: { none: 'that there are such fields is in the proto' },
    },
    {
      id: 'scheduler.elsewhere',
      statement: 'a schedule may be in another location than the job that it runs',
      source: 'Cloud Run, "Execute jobs on a schedule"',
      strength: 'documented',
      check: { none: 'it would run something by a schedule' },
    },
    {
      id: 'scheduler.addresses',
      statement:
        'it runs a job by a POST, or without a method (`HTTP_METHOD_UNSPECIFIED`), to `https://L-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/P/jobs/J:run` or `https://run.googleapis.com/v2/projects/P/locations/L/jobs/J:run`, P by id or number; version 2 also by the host of the location; by no other address',
      source:
        'version 1: Google’s Terraform sample jobs_execute_jobs_on_schedule; version 2: run/v2/job.proto, RunJob, its host of the location by public scripts; no method: target.proto, HttpMethod; that no other address does is a guess',
      strength: 'assumed',
      check: { none: 'it would run something by a schedule' },
    },
    {
      id: 'scheduler.off',
      statement: 'where the API is off, calls are PERMISSION_DENIED',
      source: 'none',
      strength: 'assumed',
      check: { none: 'it would switch an API of the project off' },
    },
  ],
  own: [
    'Targets other than HTTP are not modelled.',
    'A job with `rerunEverySeconds` has an enabled schedule `J-scheduler-trigger` in its own location, by version 1, in whole minutes of UTC.',
    'Schedules put in by the control API are listed, and run nothing.',
    'The locations are europe-west1, us-central1 and those of schedules; a project without any, or that does not exist, has these too.',
  ],
};
