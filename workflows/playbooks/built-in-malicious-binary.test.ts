import { expect, test } from 'vitest';
import { bad, good, proposalFor, recommended, words } from './fixtures/world.ts';

const category = 'Execution: Built in Malicious Binary Executed';
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const revisions = (goodDigest: string) => [
  { ...bad, imageDigest: digest('a') },
  { ...good, imageDigest: digest(goodDigest) },
];

test('an earlier revision with the same digest is not known-good: the service stops', () => {
  const same = proposalFor({ category }, { settings: { revisions: revisions('a') } });
  expect(recommended(same)).toBe('scale-to-zero');
  expect(same.assessment.knownGood).toBeUndefined();
  expect(recommended(proposalFor({ category }, { settings: { revisions: revisions('b') } }))).toBe('evict');
});

test('a worker pool with the same image stops, a job is not run again', () => {
  const settings = { revisions: revisions('a') };
  expect(recommended(proposalFor({ category }, { kind: 'workerPool', settings }))).toBe('stop-worker-pool');
  expect(recommended(proposalFor({ category }, { kind: 'job' }))).toBe('stop-job');
});

test('people are told to rebuild the image and to look for it elsewhere, by name and digest', () => {
  const said = words(proposalFor({ category }, { settings: { revisions: revisions('a') } }));
  expect(said).toContain(`Rebuild ${bad.image} from sources`);
  expect(said).toContain(
    `Look for the same image (${digest('a')}) in other services, jobs, worker pools and instances`,
  );
});
