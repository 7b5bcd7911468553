import type { CloudRunState } from '../cloud-run/state.ts';
import type { LogEntry } from './entry.ts';
import { digest } from './generated-entries.ts';
import { mayFit, type Scope } from './scope.ts';

const resourceTypes: Readonly<Record<string, { readonly type: string; readonly label: string }>> = {
  services: { type: 'cloud_run_revision', label: 'service_name' },
  jobs: { type: 'cloud_run_job', label: 'job_name' },
  workerPools: { type: 'cloud_run_worker_pool', label: 'worker_pool_name' },
  instances: { type: 'cloud_run_instance', label: 'instance_name' },
};

/** Where every caller of the sandbox is said to be; from the documentation range. */
const callerIp = '192.0.2.10';

/** Google's own record of every change that was made, by whoever made it. */
export function* auditEntries(state: CloudRunState, project: string, scope: Scope): Generator<LogEntry> {
  for (const { name, service, actor, startedAt, method } of Object.values(state.operations))
    yield* entry(project, scope, {
      id: name,
      resource: service,
      actor,
      at: startedAt,
      method: method ?? 'google.cloud.run.v2.Services.UpdateService',
    });
  for (const [index, record] of state.audit.entries())
    yield* entry(project, scope, { ...record, id: `${index} ${record.resource}` });
}

function* entry(
  project: string,
  scope: Scope,
  change: {
    readonly id: string;
    readonly resource: string;
    readonly actor: string;
    readonly at: number;
    readonly method: string;
  },
): Generator<LogEntry> {
  if (change.at < scope.from || change.at > scope.to) return;
  const [, owner, , location = '', collection = '', name = ''] = change.resource.split('/');
  if (owner !== project) return;
  const { type, label } = resourceTypes[collection] ?? { type: 'cloud_run_revision', label: 'service_name' };
  const resource = { type, labels: { project_id: project, location, [label]: name } };
  if (!mayFit(scope, resource)) return;
  yield {
    logName: `projects/${project}/logs/cloudaudit.googleapis.com%2Factivity`,
    resource,
    timestamp: change.at,
    severity: 'NOTICE',
    insertId: digest(change.id).slice(0, 24),
    labels: {},
    protoPayload: {
      serviceName: 'run.googleapis.com',
      methodName: change.method,
      resourceName: change.resource,
      authenticationInfo: { principalEmail: change.actor },
      requestMetadata: { callerIp },
    },
  };
}
