import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Section } from '../kernel/service.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { policyDescription, policyOf } from './seed-policy.ts';
import { revisionDescription, revisionRecord } from './seed-revision.ts';
import { snapshotOf } from './snapshot.ts';
import type { ServiceRecord, Snapshot, TrafficTarget } from './service-record.ts';
import type { CloudRunState } from './state.ts';
import { fullName } from './state.ts';

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
  /** A serving revision is asked for something so often. */
  requestEverySeconds: z.number().positive().exactOptional(),
  /** Somebody on the internet asks by the address of that tag, so often (at most `idleSeconds`), as long as he gets through. */
  tagAttacker: z.strictObject({ tag: z.string(), everySeconds: z.number().positive() }).optional(),
  /** A new revision that runs as one of these never becomes ready. */
  brokenServiceAccounts: z.array(z.string()).default([]),
  /** How long an update takes. Default: as long as is usual, see `--reality update`. */
  operationMilliseconds: z.number().min(0).exactOptional(),
  /** How long instances live on after manual scaling to 0, where they do (`--reality manual-zero`). */
  lingerSeconds: z.number().min(0).exactOptional(),
});

export type ServiceDescription = z.input<typeof serviceDescription>;

/** Makes a service exist, or be as described again. Its past is made up: each revision that served took all traffic when it was created. Throws INVALID_ARGUMENT. */
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
    .map((revision) => revisionRecord(revision, description))
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
    lingerSeconds,
    heldConnectionSeconds,
    requestEverySeconds,
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
    ...(operationMilliseconds === undefined ? {} : { operationMilliseconds }),
    ...(lingerSeconds === undefined ? {} : { lingerSeconds }),
    heldConnectionSeconds,
    ...(requestEverySeconds === undefined ? {} : { requestEverySeconds }),
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
  const served = description.revisions.filter((revision) => revision.served).map((revision) => revision.name);
  record.history.push(...pastOf(record, served));
  return record;
}

/** Makes a worker pool exist, or be as described again. Throws INVALID_ARGUMENT. */
export function seedWorkerPool(section: Section<CloudRunState>, description: ServiceDescription): ServiceRecord {
  return seedService(section, { scaling: { mode: 'MANUAL', manual: 1 }, ...description, kind: 'workerPools' });
}

/** Each revision that served took all traffic when it was created; since the newest was, what is described is in force. */
function pastOf(record: ServiceRecord, served: readonly string[]): Snapshot[] {
  const newest = record.revisions.at(-1);
  const traffic: TrafficTarget[] = [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }];
  const past = record.revisions
    .filter((revision) => revision.ready && served.includes(revision.name) && revision !== newest)
    .map((revision) =>
      snapshotOf(revision.createTime, {
        ...record,
        revisions: [revision],
        effective: { ...record.effective, traffic },
      }),
    );
  return [...past, snapshotOf(newest?.createTime ?? 0, record)];
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
