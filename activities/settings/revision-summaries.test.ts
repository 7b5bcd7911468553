import { expect, test } from 'vitest';
import { inForce, summariesOf } from './revision-summaries.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const nothing = () => ({ percent: 0, tags: [] });

test('the image of a revision is that of the container that takes requests, the others are its sidecars', () => {
  const containers = [
    { name: 'miner', image: `x/miner@${digest('c')}` },
    { image: `x/web@${digest('a')}`, ports: [{ containerPort: 8080 }] },
    { name: 'agent', image: 'x/agent:1' },
  ];
  const [summary] = summariesOf([{ name: 'services/s/revisions/web-1', containers }], nothing, undefined);
  expect(summary).toMatchObject({
    image: `x/web@${digest('a')}`,
    imageDigest: digest('a'),
    sidecars: [
      { name: 'miner', image: `x/miner@${digest('c')}`, imageDigest: digest('c') },
      { name: 'agent', image: 'x/agent:1' },
    ],
  });
});

test('an image that code is put beside has no digest that tells it apart', () => {
  const containers = [
    { image: `x/base@${digest('a')}`, sourceCode: { cloudStorageSource: { bucket: 'b', object: 'o' } } },
  ];
  const [summary] = summariesOf([{ name: 'web-1', containers }], nothing, undefined);
  expect(summary?.imageDigest).toBeUndefined();
  expect(summary?.sidecars).toBeUndefined();
});

test('of many revisions with many long containers fewer are listed, those that serve or are named always', () => {
  const containers = Array.from({ length: 10 }, (_, index) => ({
    name: `c${index}`,
    image: `${'x'.repeat(900)}${index}`,
  }));
  const revisions = Array.from({ length: 20 }, (_, index) => ({
    name: `web-${index}`,
    containers,
    createTime: { seconds: 1_000_000 - index },
  }));
  const shareOf = (name: string) => ({ percent: name === 'web-18' ? 100 : 0, tags: [] });
  const listed = summariesOf(revisions, shareOf, 'web-19').map(({ name }) => name);
  expect(listed).toEqual(['web-0', 'web-1', 'web-2', 'web-18', 'web-19']);
});

test('in force is what has a share or a tag, what the finding names, and what runs its image in any container', () => {
  const sidecar = { containers: [{ image: 'x/web' }, { image: `x/miner@${digest('c')}` }] };
  const revisions = [
    { name: 'served' },
    { name: 'tagged' },
    { name: 'named' },
    { name: 'sidecar', ...sidecar },
    { name: 'retired', containers: [{ image: `x/web@${digest('a')}` }] },
  ];
  const shares = new Map([
    ['served', { percent: 100, tags: [] }],
    ['tagged', { percent: 0, tags: ['canary'] }],
  ]);
  const sign = { at: '2026-11-21T12:00:00.000Z', images: [digest('c')], revision: 'named' };
  const found = inForce(revisions, (name) => shares.get(name) ?? nothing(), sign);
  expect(found.map(({ name }) => name)).toEqual(['served', 'tagged', 'named', 'sidecar']);
});
