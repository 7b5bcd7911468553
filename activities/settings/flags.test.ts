import { expect, test } from 'vitest';
import { parsed } from '../../model/parse.ts';
import type { FirstSign } from '../../model/requests.ts';
import { settingsFlagSchema, type TypedFlag } from '../../model/settings-flag.ts';
import { type Workload, workloadFlags } from './flags.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const image = `europe-docker.pkg.dev/p-1/apps/web@${digest('a')}`;
const sign: FirstSign = { at: '2026-11-21T12:00:00.000Z', images: [digest('a')] };

/** A workload that nothing is to be said about. */
const sound: Workload = {
  template: {
    containers: [{ image, env: [{ name: 'TOKEN', valueSource: { secretKeyRef: { secret: 's' } } }] }],
    volumes: [{ name: 'keys', secret: { secret: 'tls' } }],
    vpcAccess: { egress: 'ALL_TRAFFIC' },
    serviceAccount: 'web@p-1.iam.gserviceaccount.com',
    executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
  },
  running: [],
  marked: {},
  binaryAuthorization: { useDefault: true },
  creator: 'mira@example.com',
  lastModifier: 'mira@example.com',
  deployments: [{ name: 'web-1', time: '2026-11-20T12:00:00.000Z', by: 'mira@example.com' }],
  images: [image],
};

const template = (change: Partial<Workload['template']>): Partial<Workload> => ({
  template: { ...sound.template, ...change },
});

test('nothing is said about settings that are sound', () => {
  expect(workloadFlags(sound, sign)).toEqual([]);
});

test.each<[string, Partial<Workload>, Partial<TypedFlag>]>([
  ['no account of its own', template({ serviceAccount: '' }), { id: 'default-account' }],
  [
    'the default account by name',
    template({ serviceAccount: '4711-compute@developer.gserviceaccount.com' }),
    { id: 'default-account' },
  ],
  [
    'changed last by its own account',
    { lastModifier: 'web@p-1.iam.gserviceaccount.com' },
    { id: 'changed-by-own-account', created: false, changedLast: true, names: [] },
  ],
  [
    'a revision made by its own account',
    { deployments: [{ name: 'web-2', time: '2026-11-01T12:00:00Z', by: 'web@p-1.iam.gserviceaccount.com' }] },
    { id: 'changed-by-own-account', changedLast: false, names: ['web-2'] },
  ],
  [
    'a variable with a plain value',
    template({ containers: [{ image, env: [{ name: 'PASSWORD', value: 'hunter2' }] }] }),
    { id: 'plain-variables', names: ['PASSWORD'] },
  ],
  [
    'an image by a tag',
    { ...template({ containers: [{ image: 'docker.io/web:latest' }] }), images: [image] },
    { id: 'movable-image', names: ['docker.io/web:latest'] },
  ],
  [
    'another image than the finding names',
    { ...template({ containers: [{ image: `web@${digest('b')}` }] }), images: [] },
    { id: 'image-not-set', names: [digest('a')] },
  ],
  [
    'data that is mounted',
    template({
      volumes: [
        { name: 'b', gcs: { bucket: 'exports' } },
        { name: 'n', nfs: { server: '10.0.0.2', readOnly: true } },
        { name: 'c', cloudSqlInstance: { instances: ['p-1:eu:ledger'] } },
      ],
    }),
    {
      id: 'data-mounted',
      mounts: [
        { volume: 'b', from: 'bucket', source: 'exports', readOnly: false },
        { volume: 'n', from: 'nfs', source: '10.0.0.2', readOnly: true },
        { volume: 'c', from: 'cloud-sql', source: 'p-1:eu:ledger', readOnly: false },
      ],
    },
  ],
  ['no network', template({ vpcAccess: null }), { id: 'egress-without-network' }],
  ['a network for a part', template({ vpcAccess: { egress: 'PRIVATE_RANGES_ONLY' } }), { id: 'egress-past-network' }],
  ['no binary authorization', { binaryAuthorization: null }, { id: 'no-binary-authorization' }],
  [
    'binary authorization broken through',
    { binaryAuthorization: { breakglassJustification: 'x' } },
    { id: 'binary-authorization-broken' },
  ],
  [
    'a deployment shortly before the first sign',
    { deployments: [{ name: 'web-9', time: '2026-11-21T11:30:00.000Z', by: 'jo@example.com' }] },
    {
      id: 'deployed-before-first-sign',
      deployments: [{ name: 'web-9', time: '2026-11-21T11:30:00.000Z', by: 'jo@example.com' }],
    },
  ],
  [
    'a resource that a tool deploys',
    { marked: { labels: { 'goog-terraform-provisioned': 'true' } } },
    { id: 'managed-by', managers: [{ by: 'terraform', mark: 'goog-terraform-provisioned=true' }] },
  ],
  [
    'the first generation',
    template({ executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN1' }),
    { id: 'first-generation' },
  ],
])('%s is flagged by its id, and values of variables are not in it', (_what, change, flag) => {
  const flags = workloadFlags({ ...sound, ...change }, sign);
  expect(flags).toEqual([expect.objectContaining(flag)]);
  expect(JSON.stringify(flags)).not.toContain('hunter2');
  for (const one of flags) expect(() => parsed(settingsFlagSchema, one, 'flag')).not.toThrow();
});

test('variables and volumes of every container are told, also of what runs and is no longer set', () => {
  const agent = { name: 'agent', image, env: [{ name: 'AGENT_KEY', value: 'x' }] };
  const running = [
    {
      containers: [{ image, env: [{ name: 'OLD_KEY', value: 'x' }] }],
      volumes: [{ name: 'b', gcs: { bucket: 'old' } }],
    },
  ];
  const changed = {
    ...template({ containers: [{ image }, agent], volumes: [{ name: 'b', gcs: { bucket: 'new' } }] }),
    running,
  };
  expect(workloadFlags({ ...sound, ...changed }, sign)).toMatchObject([
    { id: 'plain-variables', names: ['AGENT_KEY', 'OLD_KEY'] },
    { id: 'data-mounted', mounts: [{ source: 'new' }, { source: 'old' }] },
  ]);
});

test('of more names than are told it is said how many more there are', () => {
  const env = Array.from({ length: 23 }, (_, index) => ({ name: `V${index}`, value: 'x' }));
  const [flag] = workloadFlags({ ...sound, ...template({ containers: [{ image, env }] }) }, sign);
  expect(flag).toMatchObject({ id: 'plain-variables', more: 3 });
});

test('an image by a tag cannot be held against the finding’s digest, and that is said', () => {
  const flags = workloadFlags({ ...sound, ...template({ containers: [{ image: 'web:latest' }] }), images: [] }, sign);
  expect(flags.map(({ id }) => id)).toEqual(['movable-image', 'image-not-comparable']);
});

test('a revision made after the first sign, or without a finding to hold it against, is not flagged as made before it', () => {
  const after = { deployments: [{ name: 'web-9', time: '2026-11-21T12:30:00.000Z', by: 'jo@example.com' }] };
  expect(workloadFlags({ ...sound, ...after }, sign)).toEqual([]);
  expect(workloadFlags({ ...sound, ...after }, undefined)).toEqual([]);
});
