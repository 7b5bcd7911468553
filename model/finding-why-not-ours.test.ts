import { expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { minimal } from './fixtures/read-fixture.ts';
import { parseFindings } from './parse-finding.ts';
import { whyNotOurs } from './finding-why-not-ours.ts';

const base = '//run.googleapis.com/projects/ember-shop-prod/locations/europe-west1';

function answer(fields: JsonObject): string | undefined {
  return whyNotOurs(parseFindings(minimal(fields))[0]!.finding);
}

test.each<[string, JsonObject]>([
  ['a threat to a service', { findingClass: 'THREAT' }],
  ['a threat of a category nobody knows', { findingClass: 'THREAT', category: 'CLOUD_RUN_SOMETHING_NEW' }],
  ['a finding that does not say its class', {}],
  ['an unspecified class', { findingClass: 'FINDING_CLASS_UNSPECIFIED' }],
  ['a threat to a job', { findingClass: 'THREAT', resourceName: `${base}/jobs/nightly` }],
  ['a threat to a worker pool', { findingClass: 'THREAT', resourceName: `${base}/workerPools/queue` }],
  ['a threat reported by Cloud Run Threat Detection', { parentDisplayName: 'Cloud Run Threat Detection' }],
  ['a threat reported by Event Threat Detection', { parentDisplayName: 'Event Threat Detection' }],
  ['a threat reported by a product nobody knows', { parentDisplayName: 'Serverless Threat Detection' }],
  ['a threat to a revision', { findingClass: 'THREAT', resourceName: `${base}/services/web/revisions/web-1` }],
])('%s is ours', (_, fields) => {
  expect(answer(fields)).toBeUndefined();
});

test.each<[string, JsonObject, string]>([
  [
    'the same display name on GKE',
    { findingClass: 'THREAT', resourceName: '//container.googleapis.com/projects/p/locations/l/clusters/c' },
    'not a Cloud Run service, job, worker pool or instance: //container.googleapis.com/projects/p/locations/l/clusters/c',
  ],
  [
    'the same display name on Agent Engine',
    { findingClass: 'THREAT', resourceName: '//aiplatform.googleapis.com/projects/p/locations/l/reasoningEngines/1' },
    'not a Cloud Run service, job, worker pool or instance: //aiplatform.googleapis.com/projects/p/locations/l/reasoningEngines/1',
  ],
  [
    'what GKE’s product reports, whatever its resource',
    { findingClass: 'THREAT', parentDisplayName: 'GKE Container Threat Detection' },
    'reported by another product: Container Threat Detection (GKE)',
  ],
  [
    'what GKE’s product reports, however it is written',
    { parentDisplayName: ' container threat-detection (Preview)' },
    'reported by another product: Container Threat Detection (GKE)',
  ],
  [
    'what Agent Engine’s product reports, whatever its resource',
    { findingClass: 'THREAT', parentDisplayName: 'Vertex AI Agent Engine Threat Detection' },
    'reported by another product: Agent Engine Threat Detection',
  ],
  ['no resource', { resourceName: '' }, 'a finding without a resource'],
  ['a misconfiguration', { findingClass: 'MISCONFIGURATION' }, 'not a threat: findingClass is MISCONFIGURATION'],
  ['a hostile class', { findingClass: '\u001b[2J' }, 'not a threat: findingClass is \\u{1b}[2J'],
  ['a hostile resource', { resourceName: '//x/\u202e' }, '//x/\\u{202e}'],
])('%s is not ours, with the reason', (_, fields, reason) => {
  expect(answer(fields)).toContain(reason);
});
