import { expect, test } from 'vitest';
import { serviceSettings } from '../../activities/settings/service.ts';
import type { SettingsFlag } from '../../model/settings-flag.ts';
import { proposalFor, proposalInput } from './fixtures/world.ts';
import { type Stake, stakes } from './stakes.ts';

const evidence = { kind: 'settings', sha256: '0'.repeat(64), bytes: 1, mediaType: 'application/json' } as const;

/** Settings read as the activity reads them, of a service that does everything wrong. */
const worst = serviceSettings(
  { kind: 'service', project: 'p', location: 'l', name: 's' },
  {
    service: {
      ingress: 'INGRESS_TRAFFIC_ALL',
      binaryAuthorization: { breakglassJustification: 'urgent' },
      template: {
        containers: [
          {
            image: 'x:latest',
            env: [
              { name: 'KEY', value: 'v' },
              { name: 'DB', valueSource: { secretKeyRef: { secret: 'db-password' } } },
            ],
          },
        ],
        volumes: [{ name: 'uploads', gcs: { bucket: 'b' } }],
      },
    },
    revisions: [],
    policy: { bindings: [{ role: 'roles/run.invoker', members: ['allUsers'] }] },
  },
  undefined,
  evidence,
);

test.each<[Stake, string]>([
  ['entry', 'Anyone on the Internet can call it'],
  ['account', 'It runs as the default service account'],
  ['secrets', 'It can read 1 secret: db-password'],
  ['variables', 'Variables with plain values'],
  ['mounts', 'Data is mounted into the container'],
  ['image', 'An image by a tag that can move'],
  ['authorization', 'Binary authorization was broken through'],
  ['detection', 'Threat detection is not said to be on'],
])('the setting %s is found among those that are read, and said with why it matters', (stake, text) => {
  const { investigation } = proposalInput({}, { settings: worst });
  const [statement, ...more] = stakes({ investigation }, { [stake]: 'this is why' });
  expect(statement?.text).toBe(text);
  expect(statement?.reason).toContain('; it matters here: this is why');
  expect(more).toEqual([]);
});

test('what a private service sends past its network is no way in, and is said where what leaves it matters', () => {
  const settings = { publicInvoker: 'no', flags: [{ id: 'egress-without-network' }] } as const;
  const { investigation } = proposalInput({}, { settings });
  expect(stakes({ investigation }, { entry: 'the shell may have come in by a request' })).toEqual([]);
  expect(stakes({ investigation }, { egress: 'a miner speaks with its pool' })).toMatchObject([
    { text: 'What it sends to the Internet passes no network of yours' },
  ]);
});

test('of settings that were not read nothing is said', () => {
  const { investigation } = proposalInput({}, { settings: null });
  expect(stakes({ investigation }, { account: 'x', entry: 'x' })).toEqual([]);
});

test('long names and settings do not swell a proposal, which has to fit into a history', () => {
  const long = 'x'.repeat(5_000);
  const names = Array.from({ length: 20 }, () => long);
  const mounts = names.map((volume) => ({ volume, from: 'bucket' as const, source: long, readOnly: false }));
  const flags: SettingsFlag[] = [
    { id: 'data-mounted', mounts, more: 0 },
    { id: 'plain-variables', names, more: 0 },
    { flag: long, detail: long },
  ];
  const settings = { secretNames: Array.from({ length: 40 }, () => long), flags };
  const proposal = proposalFor({ category: 'Unexpected Child Shell' }, { settings });
  expect(JSON.stringify(proposal.assessment).length).toBeLessThan(40_000);
});
