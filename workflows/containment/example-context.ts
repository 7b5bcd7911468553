import type { ResourceSettings, RevisionSummary } from '../../model/cloud-run.ts';
import { type Fields, pick } from '../../model/fields.ts';
import type { RungContext } from './rung.ts';

/** A revision as tests and the documentation's examples use it. */
export function exampleRevision(name: string, changes: Partial<RevisionSummary> = {}): RevisionSummary {
  return {
    name,
    createTime: '2026-11-10T09:00:00Z',
    ready: true,
    creator: 'deployer@shop-prod.iam.gserviceaccount.com',
    image: `europe-docker.pkg.dev/shop-prod/web/${name}`,
    serviceAccount: 'web@shop-prod.iam.gserviceaccount.com',
    executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
    minInstances: 0,
    percent: 0,
    tags: [],
    ...changes,
  };
}

const serviceFields: Fields = {
  exists: true,
  traffic: [
    { type: 'latest', percent: 100 },
    { type: 'revision', revision: 'web-00008', percent: 0, tag: 'preview' },
  ],
  scaling: { mode: 'automatic', max: 20 },
  template: { revision: 'web-00008', serviceAccount: 'web@shop-prod.iam.gserviceaccount.com' },
  ingress: 'INGRESS_TRAFFIC_ALL',
  invokers: ['allUsers', 'serviceAccount:caller@shop-prod.iam.gserviceaccount.com'],
  invokerIamDisabled: true,
};

const jobFields: Fields = {
  exists: true,
  running: ['nightly-x7k2p'],
  invokers: ['serviceAccount:scheduler@shop-prod.iam.gserviceaccount.com'],
};

const workerPoolFields: Fields = {
  exists: true,
  splits: [{ type: 'latest', percent: 100 }],
  scaling: { mode: 'manual', manual: 3 },
};

const instanceFields: Fields = {
  exists: true,
  runs: true,
  template: { revision: 'generation 3 of 5f0e', serviceAccount: 'web@shop-prod.iam.gserviceaccount.com' },
};

const place = { project: 'shop-prod', location: 'europe-west1' };

const common: Omit<ResourceSettings, 'kind' | 'name' | 'fields' | 'latestReadyRevision' | 'revisions'> = {
  ...place,
  uri: '',
  lastModifier: 'deployer@shop-prod.iam.gserviceaccount.com',
  updateTime: '2026-11-20T09:00:00Z',
  publicInvoker: 'unknown',
  serviceAccount: 'web@shop-prod.iam.gserviceaccount.com',
  executions: [],
  secretNames: [],
  flags: [],
  evidence: { kind: 'settings', sha256: '0'.repeat(64), bytes: 0, mediaType: 'application/json' },
};

/**
 * A compromised resource of each kind, the newest revision being the bad one: what tests and the documentation's examples are built from.
 * With these fields instead of its own, and without the absent ones.
 */
export function exampleContext(
  kind: ResourceSettings['kind'],
  fields: Fields = {},
  absent: readonly string[] = [],
): RungContext {
  const settings = settingsOf(kind);
  const [bad = null, good = null] = settings.revisions;
  const names = Object.keys({ ...settings.fields, ...fields }).filter((name) => !absent.includes(name));
  const all = pick({ ...settings.fields, ...fields }, names);
  return {
    case: 'finding-5678-reverseshell1',
    settings: { ...settings, fields: all },
    bad,
    good,
    baseline: all,
    quietSeconds: 60,
    quarantineAccount: 'quarantine@shop-security.iam.gserviceaccount.com',
  };
}

function settingsOf(kind: ResourceSettings['kind']): ResourceSettings {
  const revisions = (name: string) => [
    exampleRevision(`${name}-00008`, {
      createTime: '2026-11-20T09:00:00Z',
      percent: 100,
      tags: kind === 'service' ? ['preview'] : [],
    }),
    exampleRevision(`${name}-00007`),
  ];
  switch (kind) {
    case 'service':
      return { ...common, kind, name: 'web', fields: serviceFields, ...latest('web-00008', revisions('web')) };
    case 'workerPool':
      return {
        ...common,
        kind,
        name: 'mailer',
        fields: workerPoolFields,
        ...latest('mailer-00008', revisions('mailer')),
      };
    case 'instance':
      return { ...common, kind, name: 'agent', fields: instanceFields, ...latest('', []) };
    case 'job':
      return {
        ...common,
        kind,
        name: 'nightly',
        fields: jobFields,
        ...latest('', []),
        executions: [running],
        schedules,
      };
  }
}

function latest(latestReadyRevision: string, revisions: readonly RevisionSummary[]) {
  return { latestReadyRevision, revisions };
}

const running = {
  name: 'nightly-x7k2p',
  createTime: '2026-11-20T02:00:00Z',
  creator: 'scheduler@shop-prod.iam.gserviceaccount.com',
  running: true,
};

const schedules: NonNullable<ResourceSettings['schedules']> = {
  status: 'answered',
  value: {
    found: [
      { name: 'nightly-run', location: 'europe-west1', state: 'enabled', cron: '0 2 * * *', timeZone: 'Europe/Berlin' },
      { name: 'nightly-old', location: 'us-central1', state: 'paused', cron: 'every 5 minutes', timeZone: 'Etc/UTC' },
    ],
    more: 0,
    locations: 38,
    notRead: 0,
    unread: '',
  },
};
