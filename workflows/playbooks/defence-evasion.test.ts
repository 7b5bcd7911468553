import { expect, test } from 'vitest';
import { nearby, proposalFor, recommended, words } from './fixtures/world.ts';

test.each([
  'Defense Evasion: Base64 ELF File Command Line',
  'Defense Evasion: Base64 Encoded Python Script Executed',
  'defence evasion: base64 encoded shell script executed (Preview)',
])('%s: what is encoded in a command line is ended', (category) => {
  const processes = [{ name: 'bash', args: ['-c', 'base64 -d f0VMRgIB'] }];
  const proposal = proposalFor({ category, processes, severity: 'LOW' });
  expect(recommended(proposal)).toBe('evict');
  expect(words(proposal)).toContain('Command: bash -c base64 -d f0VMRgIB');
});

test.each([
  'Defense Evasion: Launch Code Compiler Tool In Container',
  'Command and Control: Steganography Tool Detected',
  'Execution: Program Run with Disallowed HTTP Proxy Env',
])('%s: a tool alone is handed to people, one among other signs is ended', (category) => {
  const alone = proposalFor({ category, severity: 'LOW' });
  expect(recommended(alone)).toBe('hand-over');
  expect(alone.recommendation.reason).toContain('builds, tests and people who debug');
  expect(recommended(proposalFor({ category, severity: 'LOW' }, { related: [nearby('Reverse Shell')] }))).toBe('evict');
  expect(recommended(proposalFor({ category, severity: 'HIGH' }))).toBe('evict');
});
