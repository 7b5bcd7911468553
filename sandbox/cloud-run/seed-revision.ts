import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Compromise, RevisionRecord, ServiceRecord, Template } from './service-record.ts';
import { withDefaults } from './template-defaults.ts';

const secretVariables = z
  .array(z.strictObject({ env: z.string(), secret: z.string(), version: z.string().default('latest') }))
  .default([]);

/** A container beside the one that takes requests. */
const sidecarDescription = z.strictObject({
  name: z.string().min(1),
  image: z.string().min(1),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  secrets: secretVariables,
});

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
  /** False: it was deployed without traffic, and got none until the newest was created. */
  served: z.boolean().default(true),
  serviceAccount: z.string().default(''),
  /** Plain variables, with invented values. */
  env: z.record(z.string(), z.string()).default({}),
  secrets: secretVariables,
  /** Other containers of the same instance; they are listed before the one that takes requests, which alone names a port. */
  sidecars: z.array(sidecarDescription).default([]),
  /** As in run/v2/k8s.min.proto, Volume. */
  volumes: z.array(z.record(z.string(), z.unknown())).default([]),
  minInstances: z.int().min(0).default(0),
  maxInstances: z.int().min(0).default(0),
  compromised: z
    .strictObject({
      beaconText: z.string(),
      everySeconds: z.number().positive().default(1),
      afterSeconds: z.number().min(0).default(0),
      /** Of the container in which it lives; the revision's own by default. */
      image: z.string().optional(),
    })
    .optional(),
});

/** What is compromised, and in which image. */
export function compromiseOf({
  image,
  compromised,
}: Pick<z.output<typeof revisionDescription>, 'image' | 'compromised'>): { readonly compromise?: Compromise } {
  return compromised === undefined ? {} : { compromise: { ...compromised, image: compromised.image ?? image } };
}

/** A revision of that description. The description is parsed. */
export function revisionRecord(
  description: z.output<typeof revisionDescription>,
  { kind, projectNumber }: Pick<ServiceRecord, 'kind' | 'projectNumber'>,
): RevisionRecord {
  const { name, createTime, creator, ready, minInstances, maxInstances } = description;
  const scaling = {
    ...(minInstances === 0 ? {} : { minInstanceCount: minInstances }),
    ...(maxInstances === 0 ? {} : { maxInstanceCount: maxInstances }),
  };
  const ofServices = {
    ...(Object.keys(scaling).length === 0 ? {} : { scaling }),
    executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
  };
  const given = templateOf(description, kind === 'services' ? { ports: [{ name: 'http1', containerPort: 8080 }] } : {});
  return {
    name,
    uid: randomUUID(),
    createTime: Date.parse(createTime),
    creator,
    ready,
    // The template of a worker pool has none of these fields. Source: run/v2/worker_pool_revision_template.proto.
    template: withDefaults(kind === 'workerPools' ? given : { ...given, ...ofServices }, kind, projectNumber),
    ...compromiseOf(description),
  };
}

type Shared = 'image' | 'command' | 'args' | 'serviceAccount' | 'env' | 'secrets' | 'sidecars' | 'volumes';

/** What the templates of services, worker pools and jobs have in common; `more` goes into the container that takes requests. */
export function templateOf(
  { sidecars, serviceAccount, volumes, ...main }: Pick<z.output<typeof revisionDescription>, Shared>,
  more: Readonly<Record<string, unknown>> = {},
): Template {
  return {
    containers: [
      ...sidecars.map((one) => ({ name: one.name, ...containerOf(one) })),
      { ...containerOf(main), ...more },
    ],
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(serviceAccount === '' ? {} : { serviceAccount }),
  };
}

function containerOf({
  image,
  command,
  args,
  env,
  secrets,
}: Omit<z.output<typeof sidecarDescription>, 'name'>): Template {
  const variables = [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...secrets.map(({ env: name, secret, version }) => ({ name, valueSource: { secretKeyRef: { secret, version } } })),
  ];
  return {
    image,
    ...(command.length === 0 ? {} : { command }),
    ...(args.length === 0 ? {} : { args }),
    ...(variables.length === 0 ? {} : { env: variables }),
  };
}
