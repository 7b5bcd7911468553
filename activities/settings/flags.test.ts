import { expect, test } from 'vitest';
import type { FirstSign } from '../../model/requests.ts';
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

test.each<[string, Partial<Workload>, string]>([
  ['It runs as the default service account', template({ serviceAccount: '' }), 'default'],
  [
    'It runs as the default service account',
    template({ serviceAccount: '4711-compute@developer.gserviceaccount.com' }),
    'default',
  ],
  ['The workload’s own account has changed it', { lastModifier: 'web@p-1.iam.gserviceaccount.com' }, 'changed it last'],
  [
    'The workload’s own account has changed it',
    { deployments: [{ name: 'web-2', time: '2026-11-01T12:00:00Z', by: 'web@p-1.iam.gserviceaccount.com' }] },
    'made web-2',
  ],
  [
    'Variables with plain values',
    template({ containers: [{ image, env: [{ name: 'PASSWORD', value: 'hunter2' }] }] }),
    'PASSWORD',
  ],
  [
    'An image by a tag that can move',
    { ...template({ containers: [{ image: 'docker.io/web:latest' }] }), images: [image] },
    'docker.io/web:latest',
  ],
  [
    'The finding names an image that nothing here is set to',
    { ...template({ containers: [{ image: `web@${digest('b')}` }] }), images: [] },
    digest('a'),
  ],
  [
    'Data is mounted into the container',
    template({
      volumes: [
        { name: 'b', gcs: { bucket: 'exports' } },
        { name: 'n', nfs: { server: '10.0.0.2', readOnly: true } },
        { name: 'c', cloudSqlInstance: { instances: ['p-1:eu:ledger'] } },
      ],
    }),
    'b (bucket exports), n (NFS 10.0.0.2, read only), c (Cloud SQL p-1:eu:ledger)',
  ],
  ['What it sends to the Internet passes no network of yours', template({ vpcAccess: null }), 'no VPC access'],
  [
    'What it sends to the Internet passes no network of yours',
    template({ vpcAccess: { egress: 'PRIVATE_RANGES_ONLY' } }),
    'only traffic to private addresses',
  ],
  ['No binary authorization', { binaryAuthorization: null }, 'any image'],
  ['Binary authorization was broken through', { binaryAuthorization: { breakglassJustification: 'x' } }, 'breakglass'],
  [
    'Deployed within the hour before the first sign',
    { deployments: [{ name: 'web-9', time: '2026-11-21T11:30:00.000Z', by: 'jo@example.com' }] },
    'web-9 at 2026-11-21T11:30:00.000Z by jo@example.com',
  ],
  [
    'It runs in the first-generation execution environment',
    template({ executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN1' }),
    'prove',
  ],
])('%s', (flag, change, detail) => {
  const flags = workloadFlags({ ...sound, ...change }, sign);
  expect(flags).toEqual([{ flag, detail: expect.stringContaining(detail) }]);
  expect(JSON.stringify(flags)).not.toContain('hunter2');
});

test('an image by a tag cannot be held against the finding’s digest, and that is said', () => {
  const flags = workloadFlags({ ...sound, ...template({ containers: [{ image: 'web:latest' }] }), images: [] }, sign);
  expect(flags.map(({ flag }) => flag)).toEqual([
    'An image by a tag that can move',
    'Whether the finding’s image is the one that is set now cannot be told',
  ]);
});

test('a revision made after the first sign, or without a finding to hold it against, is not flagged as made before it', () => {
  const after = { deployments: [{ name: 'web-9', time: '2026-11-21T12:30:00.000Z', by: 'jo@example.com' }] };
  expect(workloadFlags({ ...sound, ...after }, sign)).toEqual([]);
  expect(workloadFlags({ ...sound, ...after }, undefined)).toEqual([]);
});
