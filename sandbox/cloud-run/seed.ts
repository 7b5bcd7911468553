import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Section } from '../kernel/service.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { snapshotOf } from './instances.ts';
import type {
  Binding,
  CloudRunState,
  RevisionRecord,
  ServiceRecord,
  Snapshot,
  Template,
  TrafficTarget,
} from './state.ts';
import { fullName, latestReady } from './state.ts';

/** A revision in a seed. */
export const revisionDescription = z.strictObject({
  name: z.string().min(1),
  /** RFC 3339. */
  createTime: z.iso.datetime({ offset: true }),
  image: z.string().min(1),
  creator: z.string().default('deployer@example.com'),
  ready: z.boolean().default(true),
  serviceAccount: z.string().default(''),
  /** Plain variables, with invented values. */
  env: z.record(z.string(), z.string()).default({}),
  secrets: z
    .array(z.strictObject({ env: z.string(), secret: z.string(), version: z.string().default('latest') }))
    .default([]),
  minInstances: z.int().min(0).default(0),
  maxInstances: z.int().min(0).default(0),
  compromised: z
    .strictObject({
      beaconText: z.string(),
      everySeconds: z.number().positive().default(1),
      afterSeconds: z.number().min(0).default(0),
    })
    .optional(),
});

/** A service in a seed: what the scenario and `POST /cloud-run/services` are written in. */
export const serviceDescription = z.strictObject({
  /** A worker pool has manual scaling only, and shares of instances for traffic. */
  kind: z.enum(['services', 'workerPools']).default('services'),
  project: z.string().min(1),
  projectNumber: z.string().regex(/^\d+$/),
  location: z.string().min(1),
  name: z.string().min(1),
  creator: z.string().default('deployer@example.com'),
  /** In any order. */
  revisions: z.array(revisionDescription).min(1),
  /** `revision` absent: the latest. Default: all to the latest. */
  traffic: z
    .array(
      z.strictObject({
        revision: z.string().optional(),
        percent: z.int().min(0).max(100).default(0),
        tag: z.string().optional(),
      }),
    )
    .default([{ percent: 100 }]),
  scaling: z
    .strictObject({
      mode: z.enum(['AUTOMATIC', 'MANUAL']),
      min: z.int().optional(),
      max: z.int().optional(),
      manual: z.int().optional(),
    })
    .default({ mode: 'AUTOMATIC' }),
  ingress: z.string().default('INGRESS_TRAFFIC_ALL'),
  labels: z.record(z.string(), z.string()).default({}),
  /** Members of roles/run.invoker in its own policy. */
  invokers: z.array(z.string()).default([]),
  invokerIamDisabled: z.boolean().default(false),
  /** Cloud Run keeps an idle instance for up to 15 minutes. */
  idleSeconds: z.number().min(0).default(900),
  /** Cloud Run gives 10 s from SIGTERM to SIGKILL. */
  graceSeconds: z.number().min(0).default(10),
  operationMilliseconds: z.number().min(0).default(300),
});

export type ServiceDescription = z.input<typeof serviceDescription>;

/** Makes a service exist, or be as described again. Its past is made up: each revision took all traffic when it was created. Throws INVALID_ARGUMENT. */
export function seedService(section: Section<CloudRunState>, description: ServiceDescription): ServiceRecord {
  const parsed = serviceDescription.safeParse(description);
  if (!parsed.success)
    throw invalidArgument(`this is not the description of a service:\n${z.prettifyError(parsed.error)}`);
  const record = recordOf(parsed.data);
  section.value.services[fullName(record)] = record;
  section.touch();
  return record;
}

function recordOf(description: z.output<typeof serviceDescription>): ServiceRecord {
  const revisions = description.revisions.map(revisionRecord).sort((a, b) => a.createTime - b.createTime);
  const [first] = revisions;
  const newest = revisions.at(-1);
  if (first === undefined || newest === undefined) throw invalidArgument('a service has at least one revision');
  const traffic = description.traffic.map(trafficTarget);
  const strange = traffic.find(
    ({ revision }) => revision !== undefined && !revisions.some(({ name }) => name === revision),
  );
  if (strange !== undefined)
    throw invalidArgument(`traffic names the revision '${strange.revision ?? ''}', which is not described`);
  const { mode, min, max, manual } = description.scaling;
  const scaling = {
    mode,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(manual === undefined ? {} : { manual }),
  };
  const {
    kind,
    project,
    projectNumber,
    location,
    name,
    creator,
    invokers,
    invokerIamDisabled,
    idleSeconds,
    graceSeconds,
    operationMilliseconds,
    ingress,
    labels,
  } = description;
  return {
    project,
    projectNumber,
    location,
    name,
    kind,
    creator,
    bindings: invokerBindings(invokers),
    policyVersion: 1,
    idleSeconds,
    graceSeconds,
    operationMilliseconds,
    uid: randomUUID(),
    createTime: first.createTime,
    updateTime: newest.createTime,
    lastModifier: newest.creator,
    generation: revisions.length,
    observedGeneration: revisions.length,
    version: revisions.length,
    effective: {
      traffic,
      scaling,
      ingress,
      labels,
      template: newest.template,
      annotations: {},
      description: '',
      invokerIamDisabled,
      defaultUriDisabled: false,
    },
    pending: [],
    terminal: { at: newest.createTime },
    revisions,
    history: pastOf(revisions, traffic, scaling),
  };
}

/** The policy of a resource that these members may invoke. */
export function invokerBindings(members: readonly string[]): Binding[] {
  return members.length === 0 ? [] : [{ role: 'roles/run.invoker', members }];
}

/** Makes a worker pool exist, or be as described again. Throws INVALID_ARGUMENT. */
export function seedWorkerPool(section: Section<CloudRunState>, description: ServiceDescription): ServiceRecord {
  return seedService(section, { scaling: { mode: 'MANUAL', manual: 1 }, ...description, kind: 'workerPools' });
}

function pastOf(
  revisions: readonly RevisionRecord[],
  traffic: readonly TrafficTarget[],
  scaling: ServiceRecord['effective']['scaling'],
): Snapshot[] {
  const newest = revisions.at(-1);
  const ready = revisions.filter((revision) => revision.ready);
  const past = ready
    .filter((revision) => revision !== newest)
    .map(({ name, createTime }) =>
      snapshotOf(createTime, [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }], scaling, name),
    );
  const latest = latestReady({ revisions: [...revisions] })?.name;
  return [...past, snapshotOf(newest?.createTime ?? 0, traffic, scaling, latest)];
}

/** A revision of that description. The description is parsed. */
export function revisionRecord(description: z.output<typeof revisionDescription>): RevisionRecord {
  const { name, createTime, creator, ready, compromised } = description;
  return {
    name,
    uid: randomUUID(),
    createTime: Date.parse(createTime),
    creator,
    ready,
    template: templateOf(description),
    ...(compromised === undefined ? {} : { compromise: compromised }),
  };
}

export function templateOf({
  image,
  serviceAccount,
  env,
  secrets,
  minInstances,
  maxInstances,
}: Pick<
  z.output<typeof revisionDescription>,
  'image' | 'serviceAccount' | 'env' | 'secrets' | 'minInstances' | 'maxInstances'
>): Template {
  const variables = [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...secrets.map(({ env: name, secret, version }) => ({ name, valueSource: { secretKeyRef: { secret, version } } })),
  ];
  const scaling = {
    ...(minInstances === 0 ? {} : { minInstanceCount: minInstances }),
    ...(maxInstances === 0 ? {} : { maxInstanceCount: maxInstances }),
  };
  return {
    containers: [
      {
        image,
        ...(variables.length === 0 ? {} : { env: variables }),
        ports: [{ name: 'http1', containerPort: 8080 }],
        resources: { limits: { cpu: '1', memory: '512Mi' }, cpuIdle: true },
      },
    ],
    ...(serviceAccount === '' ? {} : { serviceAccount }),
    ...(Object.keys(scaling).length === 0 ? {} : { scaling }),
    executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
    timeout: { seconds: '300' },
    maxInstanceRequestConcurrency: 80,
  };
}

function trafficTarget({
  revision,
  percent,
  tag,
}: {
  revision?: string | undefined;
  percent: number;
  tag?: string | undefined;
}): TrafficTarget {
  const rest = { percent, ...(tag === undefined ? {} : { tag }) };
  if (revision === undefined) return { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', ...rest };
  return { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, ...rest };
}
