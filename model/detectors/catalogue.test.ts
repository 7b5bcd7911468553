import { expect, test } from 'vitest';
import { techniqueById } from '../attack/technique.ts';
import { detectors } from './catalogue.ts';
import { detectorFamilies } from './detector.ts';

test('there are 38 detectors, 35 that watch containers and 3 that read audit logs, each once', () => {
  expect(detectors.filter(({ plane }) => plane === 'runtime')).toHaveLength(35);
  expect(detectors.filter(({ plane }) => plane === 'control-plane')).toHaveLength(3);
  expect(new Set(detectors.map(({ displayName }) => displayName)).size).toBe(38);
  expect(new Set(detectors.map(({ apiName }) => apiName)).size).toBe(38);
});

test('a runtime detector can name every kind of resource, a control-plane one those that its page names', () => {
  for (const { plane, resources } of detectors)
    if (plane === 'runtime') expect(resources).toEqual(['service', 'job', 'workerPool']);
  expect(
    Object.fromEntries(
      detectors.filter(({ plane }) => plane === 'control-plane').map(({ apiName, resources }) => [apiName, resources]),
    ),
  ).toEqual({
    CLOUD_RUN_JOBS_CRYPTOMINING_COMMANDS: ['job'],
    CLOUD_RUN_CRYPTOMINING_DOCKER_IMAGES: ['service', 'job'],
    CLOUD_RUN_SERVICES_SET_IAM_POLICY: ['service'],
  });
});

test('severities and techniques count as documented only where a page on Cloud Run says them', () => {
  const severities = detectors.flatMap(({ displayName, documented: { severity } }) =>
    severity === undefined ? [] : [`${displayName}: ${severity}`],
  );
  expect(severities.toSorted()).toEqual([
    'Execution: Container Escape: HIGH',
    'Execution: Cryptomining Docker Image: HIGH',
    'Execution: Local Reconnaissance Tool Execution: MEDIUM',
    'Impact: Cryptomining Commands: HIGH',
    'Privilege Escalation: Default Compute Engine Service Account SetIAMPolicy: LOW',
  ]);
  expect(
    detectors.filter(({ documented }) => documented.techniques.length > 0).map(({ displayName }) => displayName),
  ).toEqual([
    'Execution: Malicious Python executed',
    'Execution: Modified Malicious Binary Executed',
    'Execution: Possible Remote Command Execution Detected',
    'Malicious URL Observed',
    'Reverse Shell',
  ]);
});

test('each family has a detector, and each technique that a detector names is in the ATT&CK table', () => {
  expect(new Set(detectors.map(({ ours }) => ours.family))).toEqual(new Set(detectorFamilies));
  for (const { documented, ours } of detectors) {
    const techniques = [...documented.techniques, ...ours.techniques];
    expect(techniques.length).toBeGreaterThan(0);
    expect(new Set(techniques).size).toBe(techniques.length);
    for (const id of techniques) expect(techniqueById(id), id).toMatchObject({ id });
  }
});
