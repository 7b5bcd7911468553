import * as fc from 'fast-check';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import type { JobDescription } from '../../sandbox/cloud-run/seed-job.ts';
import type { ServiceDescription } from '../../sandbox/cloud-run/seed.ts';
import type { SandboxControl } from '../../sandbox/start-sandbox.ts';
import { place } from './detector-fixtures-resource.ts';

/** A resource that a property test draws: how it is made to exist under a name. */
export interface RandomResource {
  readonly kind: ResourceSettings['kind'];
  readonly seed: (control: SandboxControl, name: string) => void;
}

/** An account without any role, which some services cannot start as. */
export const quarantineAccount = 'quarantine@rhea-prod-4421.iam.gserviceaccount.com';

const account = fc.constantFrom('', 'shop@rhea-prod-4421.iam.gserviceaccount.com');
const members = fc.subarray(['allUsers', 'allAuthenticatedUsers', 'user:ana@example.com', 'serviceAccount:cron@b.iam']);
const binding = fc.constantFrom<NonNullable<JobDescription['bindings']>[number][]>(
  { role: 'roles/run.admin', members: ['group:owners@example.com'] },
  { role: 'roles/run.invoker', members: ['user:ben@example.com', 'allUsers'] },
  {
    role: 'roles/run.invoker',
    members: ['allUsers', 'user:ana@example.com'],
    condition: { title: 'office hours', expression: 'request.time.getHours() < 18' },
  },
);
const policy = { invokers: members, bindings: fc.array(binding, { maxLength: 3 }) };

const revision = fc.record({
  image: fc.constantFrom('a', 'b').map((digit) => `europe-docker.pkg.dev/rhea/shop/web@sha256:${digit.repeat(64)}`),
  args: fc.subarray(['--verbose', '--port=8080']),
  serviceAccount: account,
  env: fc.dictionary(fc.constantFrom('MODE', 'LEVEL'), fc.constantFrom('invented', 'made-up')),
  secrets: fc.subarray([{ env: 'TOKEN', secret: 'shop-token' }]),
  minInstances: fc.nat(2),
  maxInstances: fc.constantFrom(0, 5),
});
const revisions = fc.array(revision, { minLength: 2, maxLength: 4 });

/** Shares that make a hundred, of revisions by their place in the list (the latest where it is past the end), with tags or without. */
const shares = fc
  .record({
    first: fc.integer({ min: 1, max: 100 }),
    to: fc.tuple(fc.nat(4), fc.nat(4)),
    tags: fc.array(fc.nat(4), { maxLength: 2 }),
  })
  .map(({ first, to, tags }) => [
    { place: to[0], percent: first },
    ...(first < 100 ? [{ place: to[1], percent: 100 - first }] : []),
    ...tags.map((at, index) => ({ place: at, percent: 0, tag: `tag-${index}` })),
  ]);

const scaling = fc.oneof(
  fc.record({ mode: fc.constant('MANUAL' as const), manual: fc.nat(9) }),
  fc.record(
    { mode: fc.constant('AUTOMATIC' as const), min: fc.nat(3), max: fc.integer({ min: 4, max: 120 }) },
    { requiredKeys: ['mode'] },
  ),
);
const created = (index: number): string => new Date(Date.UTC(2026, 10, 1 + index)).toISOString();

type Drawn = readonly { readonly place: number; readonly percent: number; readonly tag?: string }[];

function described(name: string, drawn: readonly object[], traffic: Drawn, tagged: boolean) {
  const named = drawn.map((one, index) => ({
    ...one,
    name: `${name}-0000${index + 1}-abc`,
    createTime: created(index),
  }));
  return {
    ...place,
    name,
    operationMilliseconds: 0,
    revisions: named as ServiceDescription['revisions'],
    traffic: traffic
      .filter(({ tag }) => tagged || tag === undefined)
      .map(({ place: at, ...share }) => ({ ...share, ...(named[at] !== undefined && { revision: named[at].name }) })),
  };
}

const service = fc
  .record({
    revisions,
    shares,
    scaling,
    ingress: fc.constantFrom(
      'INGRESS_TRAFFIC_ALL',
      'INGRESS_TRAFFIC_INTERNAL_ONLY',
      'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
    ),
    invokerIamDisabled: fc.boolean(),
    brokenServiceAccounts: fc.subarray([quarantineAccount]),
    labels: fc.dictionary(fc.constantFrom('team', 'env'), fc.constantFrom('shop', 'prod')),
    ...policy,
  })
  .map(({ revisions: drawn, shares: traffic, ...rest }): RandomResource => ({
    kind: 'service',
    seed: (control, name) => control.seedService({ ...rest, ...described(name, drawn, traffic, true) }),
  }));

const workerPool = fc
  .record({ revisions, shares, manual: fc.option(fc.nat(9), { nil: undefined }), ...policy })
  .map(({ revisions: drawn, shares: traffic, manual, ...rest }): RandomResource => ({
    kind: 'workerPool',
    seed: (control, name) =>
      control.seedWorkerPool({
        ...rest,
        ...described(name, drawn, traffic, false),
        scaling: { mode: 'MANUAL', ...(manual !== undefined && { manual }) },
      }),
  }));

const job = fc
  .record({ revision, executions: fc.nat(3), ...policy })
  .map(
    ({ revision: { minInstances: _min, maxInstances: _max, ...template }, executions, ...rest }): RandomResource => ({
      kind: 'job',
      seed: (control, name) =>
        control.seedJob({
          ...place,
          ...(template as Pick<JobDescription, 'image'>),
          ...rest,
          name,
          createTime: created(0),
          graceSeconds: 0,
          operationMilliseconds: 0,
          executions: Array.from({ length: executions }, (_, index) =>
            new Date(control.now() - index * 1000).toISOString(),
          ),
        }),
    }),
  );

const instance = fc
  .record({ revision, started: fc.boolean(), invokerIamDisabled: fc.boolean() })
  .map(({ revision: { minInstances: _min, maxInstances: _max, ...template }, ...rest }): RandomResource => ({
    kind: 'instance',
    seed: (control, name) =>
      control.seedInstance({
        ...place,
        ...(template as Pick<JobDescription, 'image'>),
        ...rest,
        name,
        createTime: created(0),
        graceSeconds: 0,
        operationMilliseconds: 0,
      }),
  }));

/** Any service, job, worker pool or instance; services, of which there is most to say, more often. */
export const randomResource: fc.Arbitrary<RandomResource> = fc.oneof(
  { weight: 4, arbitrary: service },
  { weight: 1, arbitrary: job },
  { weight: 1, arbitrary: workerPool },
  { weight: 1, arbitrary: instance },
);
