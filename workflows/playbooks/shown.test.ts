import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { proposalFor, words } from './fixtures/world.ts';
import { defanged } from './shown.ts';

test.each([
  ['https://u:p@evil.example/a/b.sh?q=1', 'hxxps://evil[.]example/a/b.sh (user, password and query left out)'],
  ['HTTP://evil.example', 'hxxp://evil[.]example'],
  ['evil.example/a', 'evil[.]example/a'],
  ['http:/u:p@evil.example/', 'hxxp://evil[.]example/ (user, password and query left out)'],
  ['http:\\\\u:p@evil.example\\x', 'hxxp://evil[.]example/x (user, password and query left out)'],
  ['', ''],
])('%j is shown as %j', (uri, shown) => {
  expect(defanged(uri)).toBe(shown);
});

test('whatever the URL, neither its query nor its password is shown, and nothing that can be followed', () => {
  const part = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/[/\\?#@:]/g, ''));
  fc.assert(
    fc.property(part, part, part, (user, host, path) => {
      const shown = defanged(`https://${user}:PASSWORD@${host}/${path}?QUERY`);
      expect(shown).not.toMatch(/PASSWORD|QUERY|https:/);
    }),
  );
  const pieces = fc.array(fc.constantFrom('http', 'HTTPS', ':', '/', '\\\\', '@', 'a', '?', ' ', '.'), {
    maxLength: 14,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((list) => list.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        expect(defanged(text)).not.toMatch(/https?:/i);
      },
    ),
    { numRuns: 1_000 },
  );
});

test.each([
  'Execution: Possible Remote Command Execution Detected',
  'Exfiltration: Launch Remote File Copy Tools in Container',
  'Impact: Suspicious crypto mining activity using the Stratum Protocol',
])('%s: where the container is connected to is shown, with the port where SCC says it', (category) => {
  const connections = [{ destinationIp: '203.0.113.7', destinationPort: 3333 }, { destinationIp: '203.0.113.8' }];
  const said = words(proposalFor({ category, connections }));
  expect(said).toContain('Connected to 203.0.113.7 port 3333');
  expect(said).toMatch(/Connected to 203\.0\.113\.8(?! port)/);
});

test.each(['Execution: Added Malicious Library Loaded', 'Execution: Suspicious OpenSSL Shared Object Loaded'])(
  '%s: the library is shown, not only what loaded it',
  (category) => {
    const processes = [{ binary: { path: '/usr/bin/openssl' }, libraries: [{ path: '/tmp/engine.so' }] }];
    expect(words(proposalFor({ category, processes }))).toContain('Library loaded: /tmp/engine.so');
  },
);

test('who deployed or started a job that mines is shown, as the audit log has it', () => {
  const access = { principalEmail: 'ci@ember.example', callerIp: '203.0.113.5' };
  const said = words(proposalFor({ category: 'Impact: Cryptomining Commands', access }, { kind: 'job' }));
  expect(said).toContain('Deployed or started by ci@ember.example from 203.0.113.5');
});
