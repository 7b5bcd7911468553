import { expect, test } from 'vitest';
import { repositoryOf } from './image-repository.ts';

test.each([
  [
    'europe-west1-docker.pkg.dev/rhea-prod-4421/shop/web@sha256:00',
    'projects/rhea-prod-4421/locations/europe-west1/repositories/shop',
  ],
  ['us-docker.pkg.dev/p1/r/a/b:1', 'projects/p1/locations/us/repositories/r'],
  ['gcr.io/p1/web', 'projects/p1/locations/us/repositories/gcr.io'],
  ['eu.gcr.io/p1/web:1', 'projects/p1/locations/europe/repositories/eu.gcr.io'],
  ['us-docker.pkg.dev/example.com/p1/r/web', 'projects/example.com:p1/locations/us/repositories/r'],
  ['gcr.io/example.com/p1/web', 'projects/example.com:p1/locations/us/repositories/gcr.io'],
])('the image %s is in %s', (image, repository) => {
  expect(repositoryOf(image)).toBe(repository);
});

test.each([
  'nginx',
  'docker.io/library/nginx:1',
  'a:1',
  'us-docker.pkg.dev/p1/web',
  'gcr.io/web',
  'constructor/p/r/i',
  '',
])('the image %j is in no repository of Google’s', (image) => {
  expect(repositoryOf(image)).toBeNull();
});
