import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { invalidArgument } from '../kernel/refuse.ts';
import type { Section } from '../kernel/service.ts';
import type { InstanceRecord } from './instance-record.ts';
import { policyOf } from './seed-policy.ts';
import { compromiseOf, revisionDescription, templateOf } from './seed-revision.ts';
import { type CloudRunState, fullName } from './state.ts';

const { image, command, args, serviceAccount, env, secrets, sidecars, volumes, compromised } =
  revisionDescription.shape;

/** A Cloud Run instance in a seed: what `POST /cloud-run/instances` is written in. */
const instanceDescription = z.strictObject({
  project: z.string().min(1),
  projectNumber: z.string().regex(/^\d+$/),
  location: z.string().min(1),
  name: z.string().min(1),
  creator: z.string().default('deployer@example.com'),
  createTime: z.iso.datetime({ offset: true }),
  image,
  command,
  args,
  serviceAccount,
  env,
  secrets,
  sidecars,
  volumes,
  compromised,
  /** False: somebody has stopped it. */
  started: z.boolean().default(true),
  ingress: z.string().default('INGRESS_TRAFFIC_ALL'),
  invokerIamDisabled: z.boolean().default(false),
  labels: z.record(z.string(), z.string()).default({}),
  graceSeconds: z.number().min(0).default(10),
  operationMilliseconds: z.number().min(0).default(300),
});

export type InstanceDescription = z.input<typeof instanceDescription>;

/** Makes a Cloud Run instance exist, or be as described again. Throws INVALID_ARGUMENT. */
export function seedInstance(section: Section<CloudRunState>, description: InstanceDescription): InstanceRecord {
  const parsed = instanceDescription.safeParse(description);
  if (!parsed.success)
    throw invalidArgument(`this is not the description of an instance:\n${z.prettifyError(parsed.error)}`);
  const { createTime, started, labels, ingress, invokerIamDisabled, ...given } = parsed.data;
  const { project, projectNumber, location, name, creator, graceSeconds, operationMilliseconds } = given;
  const created = Date.parse(createTime);
  const record: InstanceRecord = {
    kind: 'instances',
    project,
    projectNumber,
    location,
    name,
    creator,
    graceSeconds,
    operationMilliseconds,
    labels,
    ingress,
    invokerIamDisabled,
    uid: randomUUID(),
    createTime: created,
    updateTime: created,
    lastModifier: creator,
    generation: 1,
    version: 1,
    spec: templateOf(given, { ports: [{ name: 'http1', containerPort: 8080 }] }),
    lives: started ? [{ from: created }] : [],
    workingUntil: created,
    ...policyOf({ invokers: [], bindings: [], inheritedInvokers: [] }),
    ...compromiseOf(given),
  };
  (section.value.instances ??= {})[fullName(record)] = record;
  section.touch();
  return record;
}
