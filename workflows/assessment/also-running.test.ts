import { expect, test } from 'vitest';
import { bad, good, proposalFor, revisionOf } from '../playbooks/fixtures/world.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const sidecars = [{ name: 'helper', image: 'helper', imageDigest: digest('e') }];
const fields = { category: 'Reverse Shell', containers: [{ name: 'c', uri: 'x', imageId: digest('e') }] };
const known = (revisions: readonly ReturnType<typeof revisionOf>[]) =>
  proposalFor(fields, { settings: { revisions } }).assessment.known;

test('another revision that serves and runs the image that the finding names, as a sidecar too, is said', () => {
  const compromised = { ...bad, imageDigest: digest('e'), percent: 80 };
  const other = revisionOf('storefront-00003-too', { percent: 20, tags: ['canary'], sidecars });
  expect(known([compromised, other, good])).toContainEqual({
    text: 'storefront-00003-too runs the image that the finding names too',
    reason: 'as sidecar helper; 20 % go to it, tags canary',
  });
});

test('one that serves nothing, or runs another image, is not', () => {
  const compromised = { ...bad, imageDigest: digest('e') };
  const retired = revisionOf('storefront-00003-too', { sidecars });
  const other = revisionOf('storefront-00004-other', { percent: 20, imageDigest: digest('a') });
  expect(JSON.stringify(known([compromised, retired, other, good]))).not.toContain('the image that the finding names');
});
