import { endOf } from '../cloud-run/jobs.ts';
import type { AuditRecord, CloudRunState } from '../cloud-run/state.ts';
import { auditNames, type Form } from './audit-names.ts';
import type { LogEntry } from './entry.ts';
import { digest } from './generated-entries.ts';
import { mayFit, type Scope } from './scope.ts';

const resourceTypes: Readonly<Record<string, { readonly type: string; readonly labels: (name: string) => object }>> = {
  services: {
    type: 'cloud_run_revision',
    // A change of a service is none of a revision: those labels are there, and empty.
    labels: (name) => ({ service_name: name, revision_name: '', configuration_name: '' }),
  },
  jobs: { type: 'cloud_run_job', labels: (name) => ({ job_name: name }) },
  workerPools: { type: 'cloud_run_worker_pool', labels: (name) => ({ worker_pool_name: name }) },
  instances: { type: 'cloud_run_instance', labels: (name) => ({ instance_name: name }) },
};

/** Where every caller of the sandbox is said to be; from the documentation range. */
const callerIp = '192.0.2.10';

const updateService = 'google.cloud.run.v2.Services.UpdateService';

/** Something that Cloud Audit Logs tell. */
interface Told extends AuditRecord {
  readonly id: string;
  readonly log: 'activity' | 'data_access' | 'system_event';
  readonly form: Form;
}

/**
 * Google's own record of every change that was made or refused, by whoever made it, and of what Google did then itself. `readsSince`: since when
 * the project's data-access logs are on; undefined where they are off. Source: recorded entries of a console's deployment; Cloud Run, audit logging.
 */
export function* auditEntries(
  state: CloudRunState,
  project: string,
  scope: Scope,
  readsSince: number | undefined,
): Generator<LogEntry> {
  for (const told of everything(state)) {
    if (told.log === 'data_access' && !(readsSince !== undefined && told.at >= readsSince)) continue;
    yield* entry(project, scope, told);
  }
}

function* everything(state: CloudRunState): Generator<Told> {
  for (const { name, service: resource, actor, startedAt: at, method = updateService } of Object.values(
    state.operations,
  ))
    yield call({ at, actor, method, resource }, name);
  for (const [index, record] of state.audit.entries()) {
    const id = `${index} ${record.resource}`;
    yield call(record, id);
    yield* secondEntry(state, record, id);
  }
  for (const [resource, { executions, ...job }] of Object.entries(state.jobs))
    for (const execution of executions) {
      const method = 'google.cloud.run.v2.Jobs.RunJob';
      const done = { at: endOf(job, execution), method, resource: `${resource}/executions/${execution.name}` };
      yield event(done, execution.uid);
    }
}

/** A deployment by console or gcloud has a second entry when it is through: of the revision that is newest then. */
function* secondEntry({ services }: CloudRunState, record: AuditRecord, id: string): Generator<Told> {
  if (record.api !== 'v1' || record.method !== updateService || record.status !== undefined) return;
  const made = services[record.resource]?.revisions.findLast(({ createTime }) => createTime <= record.at);
  if (made !== undefined) yield event({ ...record, resource: `${record.resource}/revisions/${made.name}` }, id);
}

/** Runs of jobs are accesses of data, all else is activity. */
function call(record: AuditRecord, id: string): Told {
  const log = record.method.endsWith('.RunJob') ? 'data_access' : 'activity';
  return { ...record, id, log, form: record.api ?? 'v2' };
}

/** What Google does itself has nobody who asked for it. */
function event(record: Omit<AuditRecord, 'actor'>, id: string): Told {
  return { ...record, actor: '', id: `event ${id}`, log: 'system_event', form: 'event' };
}

function* entry(
  project: string,
  scope: Scope,
  { at, id, log, actor, status, form, ...change }: Told,
): Generator<LogEntry> {
  if (at < scope.from || at > scope.to) return;
  const [, owner, , location = '', collection = '', name = ''] = change.resource.split('/');
  if (owner !== project) return;
  const kind = resourceTypes[collection] ?? resourceTypes['services'];
  if (kind === undefined) return;
  const resource = { type: kind.type, labels: { project_id: project, location, ...kind.labels(name) } };
  if (!mayFit(scope, resource)) return;
  yield {
    logName: `projects/${project}/logs/cloudaudit.googleapis.com%2F${log}`,
    resource,
    timestamp: at,
    severity: status !== undefined ? 'ERROR' : log === 'activity' ? 'NOTICE' : 'INFO',
    insertId: digest(id).slice(0, 24),
    labels: {},
    protoPayload: {
      serviceName: 'run.googleapis.com',
      ...auditNames(change, form),
      authenticationInfo: { principalEmail: actor },
      ...(log !== 'system_event' && { requestMetadata: { callerIp } }),
      ...(status !== undefined && { status }),
    },
  };
}
