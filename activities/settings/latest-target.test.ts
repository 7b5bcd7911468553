import { expect, test } from 'vitest';
import { badAndGood } from '../../model/revisions.ts';
import { usualRule } from '../../model/fixtures/usual-rule.ts';
import { type ServiceObjects, serviceSettings } from './service.ts';

const place = { kind: 'service', project: 'shop-4421', location: 'europe-west1', name: 'web' } as const;
const parent = 'projects/shop-4421/locations/europe-west1/services/web';
const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' as const;

/** An ordinary service as Cloud Run answers it: all traffic to the latest revision, whose entry has no name. Shape: recorded from the real API. */
function answered(trafficStatuses: NonNullable<ServiceObjects['service']['trafficStatuses']>): ServiceObjects {
  const revision = (name: string, day: number) => ({
    name: `${parent}/revisions/${name}`,
    createTime: { seconds: Date.UTC(2026, 10, day) / 1000, nanos: 0 },
    containers: [{ image: `web@sha256:${String(day).padStart(64, '0')}` }],
    conditions: [{ type: 'Ready', state: 'CONDITION_SUCCEEDED' as const }],
  });
  return {
    service: {
      name: parent,
      traffic: [{ type: latest, percent: 100 }],
      trafficStatuses,
      latestReadyRevision: `${parent}/revisions/web-00002-dlq`,
      latestCreatedRevision: `${parent}/revisions/web-00003-new`,
      reconciling: false,
    },
    revisions: [revision('web-00003-new', 3), revision('web-00002-dlq', 2), revision('web-00001-8bw', 1)],
    policy: { status: 'answered', value: { bindings: [] } },
  } as unknown as ServiceObjects;
}

const evidence = { sha256: '0'.repeat(64), bytes: 1, kind: 'settings', contentType: 'application/json' } as never;
const read = (statuses: Parameters<typeof answered>[0]) =>
  serviceSettings(place, answered(statuses), undefined, evidence);
const sharesOf = (statuses: Parameters<typeof answered>[0]) =>
  Object.fromEntries(read(statuses).revisions.map(({ name, percent, tags }) => [name, [percent, tags.join()]]));

test.each([
  ['no name', { type: latest, percent: 100 }],
  ['an empty name', { type: latest, revision: '', percent: 100, tag: '', uri: '' }],
  ['its name', { type: latest, revision: 'web-00002-dlq', percent: 100 }],
])('a target of the latest revision with %s is the latest that is ready, and not the newest', (_how, status) => {
  expect(sharesOf([status])).toEqual({
    'web-00003-new': [0, ''],
    'web-00002-dlq': [100, ''],
    'web-00001-8bw': [0, ''],
  });
});

test('its tag is that of the latest that is ready; an entry of a revision without a name is nobody’s', () => {
  const byRevision = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const;
  expect(
    sharesOf([
      { type: latest, percent: 60, tag: 'now' },
      { type: byRevision, revision: 'web-00001-8bw', percent: 40 },
      { type: byRevision, revision: '', percent: 0, tag: 'lost' },
    ]),
  ).toEqual({ 'web-00003-new': [0, ''], 'web-00002-dlq': [60, 'now'], 'web-00001-8bw': [40, ''] });
});

test('a finding that names neither revision nor image is of the one that serves', () => {
  const finding = { createTime: '2026-11-04T00:00:00Z', eventTime: '2026-11-04T00:00:00Z', containers: [] };
  const judged = badAndGood(
    { ...finding, resource: place, containerImageUri: '' },
    read([{ type: latest, percent: 100 }]),
    { status: 'answered', value: [] },
    false,
    usualRule,
  );
  expect(judged.bad).toMatchObject({ revision: { name: 'web-00002-dlq', percent: 100 } });
});
