import { expect, test } from 'vitest';
import { bad, good, proposalFor, recommended, words } from './fixtures/world.ts';

const category = 'Execution: Cryptomining Docker Image';
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

test('only a revision with another digest is good to go back to', () => {
  const older = (letter: string) => ({
    settings: {
      revisions: [
        { ...bad, imageDigest: digest('a') },
        { ...good, imageDigest: digest(letter) },
      ],
    },
  });
  expect(recommended(proposalFor({ category }, older('a')))).toBe('scale-to-zero');
  expect(recommended(proposalFor({ category }, older('b')))).toBe('evict');
  expect(recommended(proposalFor({ category }, { kind: 'job' }))).toBe('stop-job');
});

test('image and deployer are named, and processes are said not to be known', () => {
  const access = { principalEmail: 'ci@ember.example', callerIp: '203.0.113.5' };
  const containers = [{ uri: 'docker.io/x/xmrig:latest' }];
  const said = words(proposalFor({ category, access, containers }, { kind: 'job' }));
  expect(said).toContain('Image that is known to mine: docker.io/x/xmrig:latest');
  expect(said).toContain('Deployed by ci@ember.example from 203.0.113.5');
  expect(said).toContain('Which processes ran is not in the finding');
  expect(said).toContain('whether ci@ember.example was stolen');
  expect(said).toContain('Rebuild docker.io/x/xmrig:latest');
});
