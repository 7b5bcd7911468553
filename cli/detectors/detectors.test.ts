import { expect, test } from 'vitest';
import { detectors } from '../../model/detectors/catalogue.ts';
import { runFirebreak } from '../test/run-firebreak.ts';
import { noPaint } from '../terminal/paint.ts';
import { columns } from '../terminal/wrap.ts';
import { detectorTable } from './detector-table.ts';
import { type ListedDetector, listedDetectors } from './listed-detector.ts';

/** A place where nothing is and nothing can be made. */
const nowhere = ['--state-dir', '/dev/null/state'];

test('firebreak detectors lists all 38 with their playbook, needs nothing that runs, and shows ATT&CK’s notice', async () => {
  const { code, stdout, stderr } = await runFirebreak(['detectors', ...nowhere]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [table = ''] = stdout.split('Severities and techniques');
  for (const word of detectors.flatMap(({ displayName }) => displayName.split(' '))) expect(table).toContain(word);
  expect(table).toMatch(/^Reverse Shell +any +reverse-shell +T1059, T1105$/m);
  expect(table).toMatch(/^Impact: Cryptomining +job +cryptomining +T1496\* +high$/m);
  expect(table).toMatch(/^Execution: Cryptomining +service, job +cryptomining-image /m);
  expect(stdout).toContain('© 2026 The MITRE Corporation.');
  for (const line of stdout.split('\n')) expect(columns(line)).toBeLessThanOrEqual(100);
});

test('as JSON each detector says what is documented apart from our own mapping', async () => {
  const { code, stdout } = await runFirebreak(['detectors', '--json', ...nowhere]);
  expect(code).toBe(0);
  const listed = JSON.parse(stdout) as ListedDetector[];
  expect(listed).toEqual(listedDetectors());
  expect(listed.map(({ apiName }) => apiName).toSorted()).toEqual(detectors.map(({ apiName }) => apiName).toSorted());
  expect(listed.find(({ displayName }) => displayName === 'Execution: Container Escape')).toMatchObject({
    documented: { severity: 'HIGH', techniques: [] },
    gkeTwin: { severity: 'CRITICAL' },
    ours: { family: 'container-escape', techniques: ['T1611'] },
  });
});

test('the playbook that is listed is the one that answers the category', () => {
  const playbookOf = (name: string) => listedDetectors().find(({ displayName }) => displayName === name)?.playbook;
  expect(playbookOf('Execution: Socat Reverse Shell Detected')).toBe('reverse-shell');
  expect(playbookOf('Execution: Possible Remote Command Execution Detected')).toBe('remote-command');
});

test.each([[40], [60], [80], [100]])('in %i columns nothing of the table is cut', (width) => {
  const listed = listedDetectors();
  const lines = detectorTable(listed, { width, paint: noPaint });
  const names = lines.map((line) => line.split(/ {2,}/)[0]).join(' ');
  for (const { displayName } of listed) expect(names.replaceAll(' ', '')).toContain(displayName.replaceAll(' ', ''));
  const techniques = lines.join(' ');
  for (const { documented, ours } of listed)
    for (const id of [...documented.techniques, ...ours.techniques]) expect(techniques).toContain(id);
});

test.each(['Malicious URL Observed', 'malicious-url-observed (PREVIEW)', 'CLOUD_RUN_MALICIOUS_URL_OBSERVED'])(
  'firebreak detectors show %j shows that one, with its techniques by name and link',
  async (name) => {
    const { code, stdout } = await runFirebreak(['detectors', 'show', name, ...nowhere]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Malicious URL Observed$/m);
    expect(stdout).toMatch(
      /T1105 Ingress Tool Transfer \(Command and Control\)\s+https:\/\/attack\.mitre\.org\/techniques\/T1105\//,
    );
    expect(stdout).toContain('© 2026 The MITRE Corporation.');
  },
);

test('the option for JSON is understood before and after show', async () => {
  for (const args of [
    ['show', '--json', 'Reverse Shell'],
    ['--json', 'show', 'Reverse Shell'],
  ]) {
    const { stdout } = await runFirebreak(['detectors', ...args, ...nowhere]);
    expect(JSON.parse(stdout)).toMatchObject({ apiName: 'CLOUD_RUN_REVERSE_SHELL', playbook: 'reverse-shell' });
  }
});

test('a name of no detector is refused with 1, and nothing in it acts on the terminal', async () => {
  const { code, stdout, stderr } = await runFirebreak(['detectors', 'show', '\u001b[2JReverse Shells', ...nowhere]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('no detector of the catalogue');
  expect(stderr).not.toContain('\u001b');
});
