import { expect, test } from 'vitest';
import { credentialAccess } from './credential-access.ts';
import { nearby, proposalFor, recommended, words } from './fixtures/world.ts';

test.each(credentialAccess.categories)(
  '%s alone is handed to people, with the reason; the plans stay open',
  (category) => {
    const alone = proposalFor({ category, severity: 'LOW' });
    expect(recommended(alone)).toBe('hand-over');
    expect(alone.recommendation.reason).toContain('start-up scripts, scanners and people who debug');
    expect(alone.plans.map(({ plan }) => plan.kind)).toContain('evict');
  },
);

test('what speaks of an attack besides ends the instances, and is named', () => {
  const category = 'Credential Access: Find Google Cloud Credentials';
  const other = proposalFor({ category, severity: 'LOW' }, { related: [nearby('Malicious Script Executed')] });
  expect(recommended(other)).toBe('evict');
  expect(other.recommendation.reason).toContain('1 other finding nearby');
  expect(recommended(proposalFor({ category, severity: 'CRITICAL' }))).toBe('evict');
  const connections = [{ destinationIp: '203.0.113.5' }];
  const known = proposalFor({ category, severity: 'LOW', connections }, { verdict: 'malicious' });
  expect(known.recommendation.reason).toContain('VirusTotal calls 203.0.113.5 malicious');
  expect(recommended(proposalFor({ category, severity: 'LOW', connections }, { verdict: 'unknown' }))).toBe(
    'hand-over',
  );
});

test('the same detector once more is no second sign, and unread related findings are said to be unknown', () => {
  const category = 'Execution: Local Reconnaissance Tool Execution';
  const again = nearby('execution: local reconnaissance tool execution (Preview)');
  expect(recommended(proposalFor({ category, severity: 'MEDIUM' }, { related: [again] }))).toBe('hand-over');
  const unread = proposalFor({ category, severity: 'MEDIUM' }, { related: null });
  expect(unread.recommendation.reason).toContain('is not known (permission denied)');
});

test('the secrets that were within reach come first among what matters', () => {
  const settings = {
    secretNames: ['db-password'],
    flags: [{ id: 'plain-variables' as const, names: ['API_KEY'], more: 0 }],
  };
  const proposal = proposalFor({ category: 'Credential Access: GPG Key Reconnaissance' }, { settings });
  expect(proposal.assessment.known[0]).toEqual({
    text: 'It can read 1 secret: db-password',
    reason: 'its settings; it matters here: they are what is searched for',
  });
  expect(words(proposal)).toContain('Replace the credentials among its variables with plain values: API_KEY');
});
