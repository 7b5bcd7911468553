import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import { parseBody } from '../kernel/parse-body.ts';
import type { Section } from '../kernel/service.ts';
import { instanceIntervals } from './instances.ts';
import { invalidArgument, notFound } from '../kernel/refuse.ts';
import { findParent } from './names.ts';
import type { ServiceRecord } from './service-record.ts';
import type { CloudRunKernel, CloudRunState, Played } from './state.ts';
import { fullName } from './state.ts';
import { runs } from './jobs.ts';
import { seedService, seedWorkerPool, serviceDescription } from './seed.ts';
import { revisionDescription, revisionRecord } from './seed-revision.ts';
import { type InstanceDescription, seedInstance } from './seed-instance.ts';
import { type JobDescription, seedJob } from './seed-job.ts';
import { appendSnapshot, settleAll } from './settle.ts';

const deployment = z.strictObject({ service: z.string(), revision: revisionDescription.omit({ createTime: true }) });
const tagRequest = z.strictObject({ service: z.string(), tag: z.string() });
const operationFault = z.strictObject({
  service: z.string(),
  /** A gRPC status by name. */
  code: z.enum(Object.keys(status).filter((name) => Number.isNaN(Number(name)) && name !== 'OK')).default('INTERNAL'),
  message: z.string().default('Revision is not ready and cannot serve traffic.'),
  count: z.int().min(1).default(1),
});

/** What lives now of a service: `GET /cloud-run/instances`. */
interface LiveInstances {
  readonly revision: string;
  /** RFC 3339. */
  readonly since: string;
  /** When they will be gone as things stand; absent: nothing ends them. */
  readonly until?: string;
  readonly state: 'live' | 'idle' | 'stopping';
  /** Whether an outbound shell lives in them. */
  readonly shell: boolean;
}

/** Adds Cloud Run's part of the control API: seed, deploy, instances, operation faults. */
export function addControlRoutes({ routes, now }: CloudRunKernel, section: Section<CloudRunState>): void {
  const settled = (): CloudRunState => {
    if (settleAll(section.value, now())) section.touch();
    return section.value;
  };
  routes.add({
    method: 'POST',
    path: '/cloud-run/services',
    summary: 'makes a service exist, or be as described again',
    handle: ({ body }) => ({
      service: fullName(seedService(section, parseBody(serviceDescription, body, 'POST /cloud-run/services'))),
    }),
  });
  routes.add({
    method: 'POST',
    path: '/cloud-run/worker-pools',
    summary: 'makes a worker pool exist, or be as described again; written as a service, without requests',
    handle: ({ body }) => ({
      workerPool: fullName(
        seedWorkerPool(section, parseBody(serviceDescription, body, 'POST /cloud-run/worker-pools')),
      ),
    }),
  });
  routes.add({
    method: 'POST',
    path: '/cloud-run/jobs',
    summary: 'makes a job exist, or be as described again',
    handle: ({ body }) => ({ job: fullName(seedJob(section, body as JobDescription)) }),
  });
  routes.add({
    method: 'POST',
    path: '/cloud-run/instances',
    summary: 'makes a Cloud Run instance (a single container group) exist, or be as described again',
    handle: ({ body }) => ({ instance: fullName(seedInstance(section, body as InstanceDescription)) }),
  });
  routes.add({
    method: 'GET',
    path: '/cloud-run/executions',
    summary: 'which executions of a job run now: ?job=NAME',
    handle: ({ query }) => ({
      executions: Object.values(settled().jobs)
        .filter(({ name }) => name === query.get('job'))
        .flatMap((job) => job.executions.filter((one) => runs(job, one, now())).map(({ name }) => name)),
    }),
  });
  routes.add({
    method: 'POST',
    path: '/cloud-run/deploy',
    summary:
      "an owner's deployment: {service, revision: {name, image, …}}; it takes traffic where the service sends it to the latest",
    handle: ({ body }) => {
      const { service, revision } = parseBody(deployment, body, 'POST /cloud-run/deploy');
      const record = findByAnyName(settled(), service);
      const made = revisionRecord({ ...revision, createTime: new Date(now()).toISOString() }, record);
      deploy(record, made, section.value.played);
      section.value.audit.push({
        at: now(),
        actor: revision.creator,
        method:
          record.kind === 'services'
            ? 'google.cloud.run.v2.Services.UpdateService'
            : 'google.cloud.run.v2.WorkerPools.UpdateWorkerPool',
        resource: fullName(record),
        // Owners deploy by the console.
        api: 'v1',
      });
      section.touch();
      return { service: fullName(record), revision: revision.name };
    },
  });
  routes.add({
    method: 'POST',
    path: '/cloud-run/tag-requests',
    summary: 'a request by the address of a tag: {service, tag}; it starts an instance where there is none',
    handle: ({ body }) => {
      const { service, tag } = parseBody(tagRequest, body, 'POST /cloud-run/tag-requests');
      const record = findByAnyName(settled(), service);
      if (!record.effective.traffic.some((target) => target.tag === tag))
        throw notFound(`the service '${record.name}' has no tag '${tag}'`);
      record.tagRequests.push({ at: now(), tag });
      section.touch();
      return { instances: liveInstances(record, now()) };
    },
  });
  routes.add({
    method: 'GET',
    path: '/cloud-run/instances',
    summary: 'which revisions have instances now, since when, until when: ?service=NAME',
    handle: ({ query }) => ({ instances: liveInstances(findByAnyName(settled(), query.get('service') ?? ''), now()) }),
  });
  routes.add({
    method: 'POST',
    path: '/cloud-run/operation-fault',
    summary:
      'the next changes of a service, worker pool or job end in error: {service (its name), code?, message?, count?}',
    handle: ({ body }) => {
      const { service, code, message, count } = parseBody(operationFault, body, 'POST /cloud-run/operation-fault');
      const state = settled();
      const job = Object.values(state.jobs).find((one) => one.name === service || fullName(one) === service);
      const resource = fullName(job ?? findByAnyName(state, service));
      section.value.faults.push({ service: resource, code: codeOf(code), message, count });
      section.touch();
      return { faults: section.value.faults };
    },
  });
}

/** The revisions that have instances at that moment. */
function liveInstances(record: ServiceRecord, now: number): LiveInstances[] {
  return instanceIntervals(record)
    .filter(({ from, to }) => from <= now && (to === undefined || to > now))
    .map(({ revision, from, to, ending }) => {
      const compromise = record.revisions.find(({ name }) => name === revision)?.compromise;
      return {
        revision,
        since: new Date(from).toISOString(),
        ...(to === undefined ? {} : { until: new Date(to).toISOString() }),
        state: ending === 'none' ? 'live' : ending,
        shell: compromise !== undefined && from + compromise.afterSeconds * 1000 <= now,
      };
    });
}

function deploy(record: ServiceRecord, revision: ServiceRecord['revisions'][number], played: Played): void {
  if (record.revisions.some(({ name }) => name === revision.name))
    throw invalidArgument(`the service has a revision '${revision.name}' already`);
  record.revisions.push(revision);
  record.generation += 1;
  record.observedGeneration = record.generation;
  record.version += 1;
  record.updateTime = revision.createTime;
  record.lastModifier = revision.creator;
  record.terminal = { at: revision.createTime };
  record.effective = { ...record.effective, template: revision.template };
  appendSnapshot(record, revision.createTime, played);
}

/** A service or worker pool by full name, or by its short name where only one has it. */
function findByAnyName(state: CloudRunState, name: string): ServiceRecord {
  if (name.includes('/')) return findParent(state, name);
  const found = Object.values(state.services).filter((one) => one.name === name);
  const [record] = found;
  if (record === undefined)
    throw invalidArgument(
      `the sandbox has no service '${name}'. It has: ${Object.keys(state.services).join(', ') || 'none'}`,
    );
  if (found.length > 1)
    throw invalidArgument(`'${name}' is not unique; give one of: ${found.map(fullName).join(', ')}`);
  return record;
}

function codeOf(name: string): number {
  const code = Object.entries(status).find(([key]) => key === name)?.[1];
  return typeof code === 'number' ? code : status.INTERNAL;
}
