import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Section } from '../kernel/service.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { snapshotOf } from './snapshot.ts';
import type {
  Binding,
  CloudRunState,
  Governed,
  RevisionRecord,
  ServiceRecord,
  Snapshot,
  Template,
  TrafficTarget,
} from './state.ts';
import { fullName } from './state.ts';

/** A revision in a seed. */
export const revisionDescription = z.strictObject({
  name: z.string().min(1),
  /** RFC 3339. */
  createTime: z.iso.datetime({ offset: true }),
  image: z.string().min(1),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
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

/** The policy of a service, job or worker pool in a seed. */
export const policyDescription = {
  /** Members of roles/run.invoker in its own policy. */
  invokers: z.array(z.string()).default([]),
  /** Further bindings of its own policy. */
  bindings: z
    .array(
      z.strictObject({
        role: z.string(),
        members: z.array(z.string()),
        condition: z.strictObject({ title: z.string(), expression: z.string() }).exactOptional(),
      }),
    )
    .default([]),
  /** Members of roles/run.invoker by the policy of the project, a folder or the organization: they are in no answer. */
  inheritedInvokers: z.array(z.string()).default([]),
};

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
  ...policyDescription,
  invokerIamDisabled: z.boolean().default(false),
  /** Cloud Run keeps an idle instance for up to 15 minutes. */
  idleSeconds: z.number().min(0).default(900),
  /** Cloud Run gives 10 s from SIGTERM to SIGKILL. */
  graceSeconds: z.number().min(0).default(10),
  /** How long the last request stays open after traffic moved away. */
  heldConnectionSeconds: z.number().min(0).default(0),
  /** Somebody on the internet asks by the address of that tag, so often (at most `idleSeconds`), as long as he gets through. */
  tagAttacker: z.strictObject({ tag: z.string(), everySeconds: z.number().positive() }).optional(),
  /** A new revision that runs as one of these never becomes ready. */
  brokenServiceAccounts: z.array(z.string()).default([]),
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
  const revisions = description.revisions
    .map((revision) => revisionRecord(revision, description.kind))
    .sort((a, b) => a.createTime - b.createTime);
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
    invokerIamDisabled,
    idleSeconds,
    graceSeconds,
    operationMilliseconds,
    heldConnectionSeconds,
    tagAttacker,
    brokenServiceAccounts,
    ingress,
    labels,
  } = description;
  if (tagAttacker !== undefined && tagAttacker.everySeconds > idleSeconds)
    throw invalidArgument('tagAttacker.everySeconds must be at most idleSeconds: he keeps instances alive');
  const record: ServiceRecord = {
    project,
    projectNumber,
    location,
    name,
    kind,
    creator,
    ...policyOf(description),
    idleSeconds,
    graceSeconds,
    operationMilliseconds,
    heldConnectionSeconds,
    tagRequests: [],
    ...(tagAttacker === undefined ? {} : { tagAttacker }),
    brokenServiceAccounts,
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
    history: [],
  };
  record.history.push(...pastOf(record));
  return record;
}

/** The policy that a seed describes. */
export function policyOf({
  invokers,
  bindings,
  inheritedInvokers,
}: {
  readonly invokers: readonly string[];
  readonly bindings: readonly Binding[];
  readonly inheritedInvokers: readonly string[];
}): Governed {
  const own = invokers.length === 0 ? [] : [{ role: 'roles/run.invoker', members: invokers }];
  return { bindings: [...own, ...bindings], inheritedInvokers, policyVersion: 1 };
}

/** Makes a worker pool exist, or be as described again. Throws INVALID_ARGUMENT. */
export function seedWorkerPool(section: Section<CloudRunState>, description: ServiceDescription): ServiceRecord {
  return seedService(section, { scaling: { mode: 'MANUAL', manual: 1 }, ...description, kind: 'workerPools' });
}

/** Each revision took all traffic when it was created; since the newest was, what is described is in force. */
function pastOf(record: ServiceRecord): Snapshot[] {
  const newest = record.revisions.at(-1);
  const traffic: TrafficTarget[] = [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }];
  const past = record.revisions
    .filter((revision) => revision.ready && revision !== newest)
    .map((revision) =>
      snapshotOf(revision.createTime, {
        ...record,
        revisions: [revision],
        effective: { ...record.effective, traffic },
      }),
    );
  return [...past, snapshotOf(newest?.createTime ?? 0, record)];
}

/** A revision of that description. The description is parsed. */
export function revisionRecord(
  description: z.output<typeof revisionDescription>,
  kind: ServiceRecord['kind'],
): RevisionRecord {
  const { name, createTime, creator, ready, compromised, minInstances, maxInstances } = description;
  const template = templateOf(
    description,
    kind === 'services' ? { ports: [{ name: 'http1', containerPort: 8080 }] } : {},
  );
  const scaling = {
    ...(minInstances === 0 ? {} : { minInstanceCount: minInstances }),
    ...(maxInstances === 0 ? {} : { maxInstanceCount: maxInstances }),
  };
  const ofServices = {
    ...(Object.keys(scaling).length === 0 ? {} : { scaling }),
    executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
    timeout: { seconds: '300' },
    maxInstanceRequestConcurrency: 80,
  };
  return {
    name,
    uid: randomUUID(),
    createTime: Date.parse(createTime),
    creator,
    ready,
    // The template of a worker pool has none of these fields. Source: run/v2/worker_pool_revision_template.proto.
    template: kind === 'workerPools' ? template : { ...template, ...ofServices },
    ...(compromised === undefined ? {} : { compromise: compromised }),
  };
}

/** What the templates of services, worker pools and jobs have in common; `more` goes into the container. */
export function templateOf(
  {
    image,
    command,
    args,
    serviceAccount,
    env,
    secrets,
  }: Pick<z.output<typeof revisionDescription>, 'image' | 'command' | 'args' | 'serviceAccount' | 'env' | 'secrets'>,
  more: Readonly<Record<string, unknown>> = {},
): Template {
  const variables = [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...secrets.map(({ env: name, secret, version }) => ({ name, valueSource: { secretKeyRef: { secret, version } } })),
  ];
  return {
    containers: [
      {
        image,
        ...(command.length === 0 ? {} : { command }),
        ...(args.length === 0 ? {} : { args }),
        ...(variables.length === 0 ? {} : { env: variables }),
        ...more,
        resources: { limits: { cpu: '1', memory: '512Mi' }, cpuIdle: true },
      },
    ],
    ...(serviceAccount === '' ? {} : { serviceAccount }),
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
