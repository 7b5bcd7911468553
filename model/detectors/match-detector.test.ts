import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { minimal } from '../fixtures/read-fixture.ts';
import { parseFindings } from '../parse-finding.ts';
import { detectors } from './catalogue.ts';
import type { Detector } from './detector.ts';
import { detectorNamed, matchDetector } from './match-detector.ts';

const base = '//run.googleapis.com/projects/ember-shop-prod/locations/europe-west1';

/** The detector of a finding with these fields, read as every finding is. */
function detectorOf(fields: JsonObject): Detector | undefined {
  const { finding } = parseFindings(minimal(fields))[0]!;
  return matchDetector(finding.category, finding);
}

const table = detectors.map((detector) => ({ name: detector.displayName, detector }));

test.each(table)('$name is known by its names and its module, on each kind of resource', ({ detector }) => {
  for (const resourceName of [`${base}/services/web/revisions/web-1`, `${base}/jobs/n`, `${base}/workerPools/q`]) {
    for (const category of [detector.displayName, ...detector.aliases, detector.apiName])
      expect(detectorOf({ resourceName, category })).toBe(detector);
    expect(detectorOf({ resourceName, category: 'Something New', moduleName: detector.apiName })).toBe(detector);
  }
});

test.each([
  ['reverse shell', 'CLOUD_RUN_REVERSE_SHELL'],
  ['  Reverse\u00a0 Shell (Preview) ', 'CLOUD_RUN_REVERSE_SHELL'],
  ['REVERSE_SHELL', 'CLOUD_RUN_REVERSE_SHELL'],
  ['Reverse Shell - preview', 'CLOUD_RUN_REVERSE_SHELL'],
  ['cloud-run-reverse-shell', 'CLOUD_RUN_REVERSE_SHELL'],
  ['Defense Evasion: Launch Code Compiler Tool in Container', 'CLOUD_RUN_LAUNCH_CODE_COMPILER_TOOL_IN_CONTAINER'],
  [
    'Execution: Netcat Remote Code Execution In Container (Preview)',
    'CLOUD_RUN_NETCAT_REMOTE_CODE_EXECUTION_IN_CONTAINER',
  ],
  [
    'Impact: Suspicious crypto mining activity using the Stratum Protocol',
    'CLOUD_RUN_SUSPICIOUS_CRYPTO_MINING_ACTIVITY_USING_STRATUM_PROTOCOL',
  ],
  ['Impact: Crypto-mining Commands', 'CLOUD_RUN_JOBS_CRYPTOMINING_COMMANDS'],
  ['Execution: Cryptocurrency Mining Docker Image', 'CLOUD_RUN_CRYPTOMINING_DOCKER_IMAGES'],
  ['Execution: Built-in Malicious Binary Executed', 'CLOUD_RUN_BUILT_IN_MALICIOUS_BINARY_EXECUTED'],
  ['Execution: Malicious Python Executed', 'CLOUD_RUN_MALICIOUS_PYTHON_EXECUTED'],
  ['Execution: Fileless Execution in /memfd', 'CLOUD_RUN_FILELESS_EXECUTION_DETECTION_MEMFD'],
  ['Defence Evasion – Base64 ELF File Command Line', 'CLOUD_RUN_BASE64_ELF_FILE_CMDLINE'],
  [
    'Privilege Escalation: Abuse of Sudo For Privilege Escalation(CVE‑2019‑14287)',
    'CLOUD_RUN_ABUSE_SUDO_FOR_PRIVILEGE_ESCALATION',
  ],
  ['Privilege escalation: abuse of sudo for privilege escalation', 'CLOUD_RUN_ABUSE_SUDO_FOR_PRIVILEGE_ESCALATION'],
])('%j is %s', (category, apiName) => {
  expect(detectorOf({ category })?.apiName).toBe(apiName);
});

test('a module written as a path counts by its last part, and the category goes before it', () => {
  const moduleName = 'projects/p/locations/global/modules/CLOUD_RUN_MALICIOUS_URL_OBSERVED';
  expect(detectorOf({ category: 'New', moduleName })?.displayName).toBe('Malicious URL Observed');
  expect(detectorOf({ category: 'Reverse Shell', moduleName })?.displayName).toBe('Reverse Shell');
});

test.each<[string, JsonObject]>([
  ['on a GKE cluster', { resourceName: '//container.googleapis.com/projects/p/locations/l/clusters/c' }],
  ['on Agent Engine', { resourceName: '//aiplatform.googleapis.com/projects/p/locations/l/reasoningEngines/1' }],
  ['without a resource', { resourceName: '' }],
  ['on a host that only looks like Cloud Run', { resourceName: '//run.googleapis.com.example.net/projects/p' }],
  ['reported by GKE’s product', { parentDisplayName: 'Container Threat Detection' }],
  ['reported by Agent Engine’s product', { parentDisplayName: 'Agent Engine Threat Detection (Preview)' }],
])('the same display name %s is no detector of ours', (_, fields) => {
  for (const { displayName, apiName } of detectors)
    expect(detectorOf({ category: displayName, moduleName: apiName, ...fields })).toBeUndefined();
});

test.each([
  'Reverse Shells',
  'Shell',
  'CLOUD_RUN_SOMETHING_NEW',
  'Preview',
  '(Preview)',
  '…',
  '__proto__',
  'constructor',
])('the category %j on a Cloud Run service is a threat of no known detector', (category) => {
  expect(detectorOf({ category })).toBeUndefined();
});

test('no spelling stands for two detectors, and none for nothing', () => {
  const spellings = detectors.flatMap(({ displayName, aliases, apiName }) => [displayName, ...aliases, apiName]);
  const answers = new Set(spellings.map((name) => detectorNamed(name)?.apiName));
  expect(answers.size).toBe(detectors.length);
  expect(answers.has(undefined)).toBe(false);
});

test('case, space, dashes and marks of a preview never change what a name stands for', () => {
  const separator = fc.constantFrom(' ', '  ', '-', ' – ', '\u00a0', '_', '…', ': ');
  const drawn = fc.record({
    detector: fc.constantFrom(...detectors),
    separator,
    upper: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
    end: fc.constantFrom('', ' (Preview)', '(preview)', ' - Preview', '  '),
  });
  fc.assert(
    fc.property(drawn, ({ detector, separator, upper, end }) => {
      const letters = Array.from(detector.displayName.replaceAll(' ', separator)).map((letter, index) =>
        upper[index % upper.length] === true ? letter.toUpperCase() : letter.toLowerCase(),
      );
      expect(detectorNamed(letters.join('') + end)).toBe(detector);
    }),
  );
});

test('any text is a detector of the catalogue or none, and leaves all prototypes alone', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom('__proto__', 'constructor', 'toString'),
  );
  fc.assert(
    fc.property(text, text, text, (category, moduleName, parentDisplayName) => {
      const resource = { kind: 'job', project: 'p', location: 'l', name: 'n' } as const;
      const found = matchDetector(category, { resource, moduleName, parentDisplayName });
      expect(found === undefined || detectors.includes(found)).toBe(true);
    }),
    { numRuns: 500 },
  );
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});

test.each([1, 5, 10])('a name of %i MB is none, however it is made up', (megabytes) => {
  const length = megabytes * 1024 * 1024;
  for (const piece of ['a', ' ', '(', '(preview', 'crypto', '/', 'Reverse Shell ', '-'])
    expect(detectorNamed(piece.repeat(Math.ceil(length / piece.length)))).toBeUndefined();
  expect(detectorNamed(`Reverse Shell${' '.repeat(length)}`)).toBeUndefined();
});
