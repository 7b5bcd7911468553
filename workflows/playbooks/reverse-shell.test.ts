import { expect, test } from 'vitest';
import { bad, proposalFor, proposalInput, recommended, words } from './fixtures/world.ts';
import { reverseShell } from './reverse-shell.ts';

const shell = {
  category: 'Reverse Shell',
  contacts: { security: { contacts: [{ email: 'shop-owner@ember.example' }] } },
  sourceProperties: {
    Reverse_Shell_Stdin_Redirection_Dst_Ip: '203.0.113.66',
    Reverse_Shell_Stdin_Redirection_Dst_Port: 4444,
  },
};

test('an open shell is evicted, then a service is stopped only where there is nothing to go back to', () => {
  expect(recommended(proposalFor(shell))).toBe('evict');
  expect(recommended(proposalFor(shell, { settings: { revisions: [] } }))).toBe('hand-over');
  expect(recommended(proposalFor(shell, { settings: { revisions: [bad] } }))).toBe('scale-to-zero');
  expect(recommended(proposalFor(shell, { tried: ['evict'] }))).toBe('hand-over');
});

test('a job is stopped, a worker pool goes back to its good revision, then stops', () => {
  expect(recommended(proposalFor(shell, { kind: 'job' }))).toBe('stop-job');
  expect(recommended(proposalFor(shell, { kind: 'job', tried: ['stop-job'] }))).toBe('cancel-executions');
  expect(recommended(proposalFor(shell, { kind: 'workerPool' }))).toBe('pin-worker-pool');
  expect(recommended(proposalFor(shell, { kind: 'workerPool', tried: ['pin-worker-pool'] }))).toBe('stop-worker-pool');
});

test('the remote address is asked about and shown; owner, secrets and account are named', () => {
  const world = { settings: { secretNames: ['db-password', 'stripe-key'] } };
  expect(reverseShell.lookUp(proposalInput(shell).investigation.fetched.finding)).toEqual([
    { kind: 'ip-address', value: '203.0.113.66', from: 'the shell’s connection' },
  ]);
  const said = words(proposalFor(shell, world));
  expect(said).toContain('connected to 203.0.113.66 port 4444');
  expect(said).toContain('Tell the owner of the service storefront: shop-owner@ember.example');
  expect(said).toContain('Rotate the secrets that the container could read: db-password, stripe-key');
  expect(said).toContain('what storefront@ember.iam.gserviceaccount.com did since 2026-11-20T09:59:00Z');
});
