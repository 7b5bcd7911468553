import type { ServiceDescription } from '../../sandbox/cloud-run/seed.ts';
import type { JobDescription } from '../../sandbox/cloud-run/seed-job.ts';
import type { Sandbox } from '../../sandbox/start-sandbox.ts';
import type { Row } from './detector-fixtures.ts';
import { type Facts, factsOf } from './detector-fixtures-parts.ts';

/** Where all of it is. */
export const place = {
  project: 'rhea-prod-4421',
  projectNumber: '481516234200',
  location: 'europe-west1',
} as const;

/** What resource names call each kind. */
export const collections = {
  service: 'services',
  job: 'jobs',
  workerPool: 'workerPools',
  instance: 'instances',
} as const;

/** A resource in the sandbox in which a threat is at work, and writes a line each second. */
export interface Seeded {
  readonly kind: Row['kind'];
  readonly name: string;
  /** The compromised revision; of a job, an execution that runs. */
  readonly part: string;
  readonly facts: Facts;
  /** Makes it as it was before the threat, so that it takes no more time. */
  readonly retire: () => void;
}

const minute = 60_000;
/** What is left to an instance or execution that is ended. */
export const graceSeconds = 1;

/** Makes the row's resource exist: a service, worker pool or job of its own. `scheduled`: a scheduler starts the job again every few seconds. `ran`: the worker pool's good revision wrote lines on two days well before the threat, so that it is known to have run. */
export async function seed(
  { control, basePort }: Pick<Sandbox, 'control' | 'basePort'>,
  { kind, fixture, number }: Pick<Row, 'kind' | 'fixture' | 'number'>,
  { scheduled = true, ran = false }: { readonly scheduled?: boolean; readonly ran?: boolean } = {},
): Promise<Seeded> {
  const name = `${{ service: 'shop', job: 'nightly', workerPool: 'queue', instance: 'agent' }[kind]}-${number}`;
  const account =
    fixture.account === 'default'
      ? `${place.projectNumber}-compute@developer.gserviceaccount.com`
      : `${name}@${place.project}.iam.gserviceaccount.com`;
  const facts = factsOf(number, name, account);
  if (kind === 'job') {
    const retire = (): void =>
      control.seedJob({ ...jobOf(control.now(), name, facts), executions: [], rerunEverySeconds: undefined });
    control.seedJob({ ...jobOf(control.now(), name, facts), ...(!scheduled && { rerunEverySeconds: undefined }) });
    const [part] = await runningExecutions({ basePort }, name);
    if (part === undefined) throw new Error(`the job ${name} was seeded with an execution that runs, and none does`);
    return { kind, name, part, facts, retire };
  }
  if (kind === 'instance') {
    const make = (compromised?: { readonly beaconText: string }): void =>
      control.seedInstance({
        ...place,
        ...deployed,
        name,
        createTime: before(control.now(), 5),
        image: facts.imageUri,
        serviceAccount: facts.account,
        ...(compromised && { compromised }),
      });
    make({ beaconText: beaconOf(facts) });
    return { kind, name, part: name, facts, retire: make };
  }
  const description = revisionsOf(control.now(), name, facts, fixture.image === 'suspect');
  const [good, bad] = description.revisions;
  const make = (revisions: ServiceDescription['revisions']): void =>
    kind === 'workerPool'
      ? control.seedWorkerPool({ ...description, revisions, scaling: { mode: 'MANUAL', manual: 1 + (number % 3) } })
      : control.seedService({ ...description, revisions, ...serving(number, bad!.name) });
  make([good!, bad!]);
  if (ran && kind === 'workerPool')
    control.putLogEntries(
      [2, 3].map((days) => ({
        logName: `projects/${place.project}/logs/run.googleapis.com%2Fstdout`,
        resource: {
          type: 'cloud_run_worker_pool',
          labels: { worker_pool_name: name, location: place.location, revision_name: good!.name },
        },
        timestamp: control.now() - days * 24 * 3_600_000,
        severity: 'DEFAULT' as const,
        insertId: `ran-${name}-${days}`,
        labels: {},
        textPayload: 'a batch was done',
      })),
    );
  return { kind, name, part: bad!.name, facts, retire: () => make([good!, { ...bad!, compromised: undefined }]) };
}

/** The names of a job's executions that run now, as the sandbox tells them. */
export async function runningExecutions({ basePort }: Pick<Sandbox, 'basePort'>, job: string): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${basePort}/cloud-run/executions?job=${job}`);
  return ((await response.json()) as { executions: string[] }).executions;
}

const deployed = { creator: `deployer@${place.project}.iam.gserviceaccount.com`, graceSeconds } as const;

function revisionsOf(now: number, name: string, facts: Facts, sameImage: boolean) {
  const [good, bad] = [`${name}-00001-abc`, `${name}-00002-def`];
  const common = {
    creator: deployed.creator,
    serviceAccount: facts.account,
    secrets: [{ env: 'LEDGER_PASSWORD', secret: `${name}-ledger`, version: '3' }],
    minInstances: 1,
  };
  const earlier = `${facts.imageUri.split('@')[0]}@sha256:${facts.hash('the image before')}`;
  return {
    ...place,
    ...deployed,
    name,
    labels: { team: 'payments' },
    revisions: [
      { ...common, name: good, createTime: before(now, 9 * 24 * 60), image: sameImage ? facts.imageUri : earlier },
      {
        ...common,
        name: bad,
        creator: 'jonas.brandt@example.com',
        createTime: before(now, 5),
        image: facts.imageUri,
        compromised: { beaconText: beaconOf(facts) },
      },
    ],
  } satisfies ServiceDescription;
}

/** The last: as it is where nobody has set anything. */
const scalings = [
  { mode: 'AUTOMATIC', min: 1, max: 4 },
  { mode: 'AUTOMATIC', max: 8 },
  { mode: 'MANUAL', manual: 2 },
  { mode: 'AUTOMATIC', min: 2 },
  { mode: 'AUTOMATIC' },
] as const;

/** How a service takes requests: not every one the same way. */
function serving(
  number: number,
  bad: string,
): Pick<ServiceDescription, 'invokers' | 'traffic' | 'scaling' | 'ingress'> {
  return {
    invokers: number % 2 === 0 ? ['allUsers'] : [`serviceAccount:gateway@${place.project}.iam.gserviceaccount.com`],
    traffic: number % 3 === 0 ? [{ percent: 100 }, { revision: bad, tag: 'canary' }] : [{ percent: 100 }],
    scaling: scalings[number % scalings.length]!,
    ...(number % 4 === 0 && { ingress: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER' }),
  };
}

/** A job that a scheduler starts again every few seconds: to cancel what runs is not enough. */
function jobOf(now: number, name: string, facts: Facts): JobDescription {
  return {
    ...place,
    ...deployed,
    name,
    createTime: before(now, 9 * 24 * 60),
    image: facts.imageUri,
    serviceAccount: facts.account,
    invokers: [`serviceAccount:scheduler@${place.project}.iam.gserviceaccount.com`, 'user:mira.oduya@example.com'],
    executions: [before(now, 2)],
    rerunEverySeconds: 10,
    compromised: { beaconText: beaconOf(facts) },
  };
}

/** What the threat writes each second as long as it lives. */
export function beaconOf({ ip, port }: Facts): string {
  return `beacon ${ip}:${port} ok`;
}

function before(now: number, minutes: number): string {
  return new Date(now - minutes * minute).toISOString();
}
