import { expect, test } from 'vitest';
import { proposalFor, recommended, words } from './fixtures/world.ts';

test.each([
  'Execution: Possible Remote Command Execution Detected',
  'Execution: Netcat Remote Code Execution in Container',
  'Execution: Possible Arbitrary Command Execution through CUPS (CVE-2024-47076)',
  'Unexpected Child Shell',
])('%s: parent and child are shown, and what they run in is ended', (category) => {
  const processes = [
    { binary: { path: '/usr/bin/node' }, args: ['server.js'] },
    { binary: { path: '/bin/sh' }, args: ['-c', 'id; uname -a'] },
  ];
  const proposal = proposalFor({ category, processes, severity: 'LOW' });
  expect(recommended(proposal)).toBe('evict');
  expect(words(proposal)).toContain('Command run: /usr/bin/node server.js');
  expect(words(proposal)).toContain('Command run: /bin/sh -c id; uname -a');
});

test('without a contact the owner is sought by who changed it last, and an unread secret is said to be unknown', () => {
  const category = 'Unexpected Child Shell';
  expect(words(proposalFor({ category }))).toContain(
    'SCC names no contact; it was last changed by deployer@ember.example',
  );
  expect(words(proposalFor({ category }, { settings: null }))).toContain(
    'which these are is not known (permission denied)',
  );
});
