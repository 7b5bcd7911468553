import { expect, test } from 'vitest';
import { type Marked, managersOf } from './managers.ts';

test.each<[string, Marked, readonly string[]]>([
  [
    'a function',
    { labels: { 'goog-managed-by': 'cloudfunctions', 'goog-cloudfunctions-runtime': 'nodejs22' } },
    ['cloud-functions'],
  ],
  ['another product', { labels: { 'goog-managed-by': 'something-new' } }, ['google-product']],
  ['Terraform', { labels: { 'goog-terraform-provisioned': 'true' } }, ['terraform']],
  ['Terraform, by the client', { client: 'terraform' }, ['terraform']],
  ['Pulumi', { labels: { 'goog-pulumi-provisioned': 'true' } }, ['pulumi']],
  ['Config Connector', { labels: { 'managed-by-cnrm': 'true' } }, ['config-connector']],
  ['Cloud Deploy', { template: { labels: { 'deploy.cloud.google.com/release-id': 'rel-1' } } }, ['cloud-deploy']],
  [
    'a trigger',
    { labels: { 'managed-by': 'gcp-cloud-build-deploy-cloud-run', 'gcb-trigger-id': 'x' } },
    ['cloud-build'],
  ],
  ['GitHub Actions', { labels: { 'managed-by': 'github-actions', 'commit-sha': 'abc' } }, ['github-actions']],
  [
    'the Firebase CLI with a function',
    { client: 'cli-firebase', labels: { 'goog-managed-by': 'cloudfunctions' } },
    ['cloud-functions', 'firebase-cli'],
  ],
  ['people with gcloud', { client: 'gcloud', labels: { team: 'shop', 'managed-by': 'the-shop-team' } }, []],
  ['nobody', { labels: null, annotations: null, template: null }, []],
])('%s', (_what, marked, managers) => {
  expect(managersOf(marked).map(({ by }) => by)).toEqual(managers);
});
