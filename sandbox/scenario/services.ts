import type { ServiceDescription } from '../cloud-run/seed.ts';

/** The invented project in which the demonstration plays. */
export const project = {
  id: 'rhea-prod-4421',
  number: '481516234200',
  location: 'europe-west1',
  organization: '271828182845',
} as const;

const registry = `europe-west1-docker.pkg.dev/${project.id}/apps`;

/** What the findings and the services must agree on. */
export const checkout = {
  name: 'checkout-api',
  goodRevision: 'checkout-api-00011-kud',
  badRevision: 'checkout-api-00012-xen',
  goodDigest: `sha256:${'7a3c1e90'.repeat(8)}`,
  badDigest: `sha256:${'c41f88d2'.repeat(8)}`,
  image: `${registry}/checkout-api`,
  remote: { ip: '203.0.113.66', port: 4444 },
} as const;

/** The sidecar of `checkout-api`, which nothing is wrong with. */
export const telemetry = {
  name: 'telemetry',
  image: `${registry}/telemetry-agent@sha256:${'5d02b6e1'.repeat(8)}`,
} as const;

export const resizer = {
  name: 'image-resizer',
  goodRevision: 'image-resizer-00004-vaj',
  badRevision: 'image-resizer-00005-lom',
  goodDigest: `sha256:${'19be04f7'.repeat(8)}`,
  badDigest: `sha256:${'e7725ba1'.repeat(8)}`,
  image: `${registry}/image-resizer`,
  remote: { ip: '198.51.100.23', port: 9001 },
} as const;

const minute = 60_000;
const common = {
  project: project.id,
  projectNumber: project.number,
  location: project.location,
  idleSeconds: 900,
  graceSeconds: 2,
  lingerSeconds: 2,
} as const;

/**
 * `checkout-api`, 25 minutes after its bad revision was deployed; `now` in milliseconds since the epoch. Moving its traffic is not enough
 * in two ways: idle instances linger, and a tag with a minimum keeps one alive.
 */
export function checkoutService(now: number): ServiceDescription {
  const deployed = {
    serviceAccount: `checkout-run@${project.id}.iam.gserviceaccount.com`,
    secrets: [{ env: 'LEDGER_PASSWORD', secret: 'checkout-ledger-password', version: '3' }],
    sidecars: [{ ...telemetry, env: { TELEMETRY_SAMPLING: '0.1' } }],
    minInstances: 1,
  };
  return {
    ...common,
    name: checkout.name,
    creator: 'mira.oduya@example.com',
    labels: { team: 'payments', environment: 'production' },
    invokers: ['allUsers'],
    scaling: { mode: 'AUTOMATIC', min: 1, max: 8 },
    traffic: [{ percent: 100 }, { revision: checkout.badRevision, tag: 'canary' }],
    revisions: [
      {
        ...deployed,
        name: checkout.goodRevision,
        createTime: before(now, 9 * 24 * 60),
        image: `${checkout.image}@${checkout.goodDigest}`,
        creator: `deployer@${project.id}.iam.gserviceaccount.com`,
        env: { LOG_LEVEL: 'info', PAYMENT_REGION: 'eu' },
      },
      {
        ...deployed,
        name: checkout.badRevision,
        createTime: before(now, 25),
        image: `${checkout.image}@${checkout.badDigest}`,
        creator: 'jonas.brandt@example.com',
        env: { LOG_LEVEL: 'debug', PAYMENT_REGION: 'eu' },
        compromised: beaconTo(checkout.remote),
      },
    ],
  };
}

/** `image-resizer`, 26 minutes after its bad revision was deployed; `now` in milliseconds since the epoch. */
export function resizerService(now: number): ServiceDescription {
  const deployed = {
    creator: `deployer@${project.id}.iam.gserviceaccount.com`,
    serviceAccount: `resizer-run@${project.id}.iam.gserviceaccount.com`,
  };
  return {
    ...common,
    name: resizer.name,
    creator: 'mira.oduya@example.com',
    labels: { team: 'media', environment: 'production' },
    ingress: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
    invokers: [`serviceAccount:media-gateway@${project.id}.iam.gserviceaccount.com`],
    scaling: { mode: 'AUTOMATIC', min: 1, max: 4 },
    revisions: [
      {
        ...deployed,
        name: resizer.goodRevision,
        createTime: before(now, 31 * 24 * 60),
        image: `${resizer.image}@${resizer.goodDigest}`,
        env: { MAX_PIXELS: '40000000' },
      },
      {
        ...deployed,
        name: resizer.badRevision,
        creator: 'tomas.lind@example.com',
        createTime: before(now, 26),
        image: `${resizer.image}@${resizer.badDigest}`,
        env: { MAX_PIXELS: '40000000', THUMBNAILER_PLUGIN: 'fast-exif' },
        compromised: beaconTo(resizer.remote),
      },
    ],
  };
}

function before(now: number, minutes: number): string {
  return new Date(now - minutes * minute).toISOString();
}

function beaconTo({ ip, port }: { readonly ip: string; readonly port: number }) {
  return { beaconText: `beacon ${ip}:${port} ok`, everySeconds: 1 };
}
