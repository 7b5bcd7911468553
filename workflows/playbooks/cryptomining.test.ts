import { expect, test } from 'vitest';
import { proposalFor, recommended, words } from './fixtures/world.ts';

const stratum = 'Impact: Suspicious crypto mining activity using the Stratum Protocol';
const commands = 'Impact: Cryptomining Commands';

test('a miner is evicted from a service, and its job is stopped, as far as that can be done', () => {
  expect(recommended(proposalFor({ category: stratum }))).toBe('evict');
  expect(recommended(proposalFor({ category: commands }, { kind: 'job' }))).toBe('stop-job');
  const fields = { invokers: [], running: ['storefront-x1'] };
  expect(recommended(proposalFor({ category: commands }, { kind: 'job', settings: { fields } }))).toBe(
    'cancel-executions',
  );
  const idle = proposalFor(
    { category: commands },
    { kind: 'job', settings: { fields: { invokers: [], running: [] } } },
  );
  expect(recommended(idle)).toBe('hand-over');
});

test('the detector that reads audit logs knows no processes, and that is said; what runs the job again is to be found', () => {
  const said = words(proposalFor({ category: commands }, { kind: 'job' }));
  expect(said).toContain('Which processes ran is not in the finding');
  expect(said).toContain('Find what runs the job again');
  const processes = [{ binary: { path: '/tmp/xmrig' }, args: ['-o', 'pool'] }];
  expect(words(proposalFor({ category: stratum, processes }))).toContain('Miner: /tmp/xmrig -o pool');
});
