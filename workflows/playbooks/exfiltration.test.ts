import { expect, test } from 'vitest';
import { proposalFor, recommended, words } from './fixtures/world.ts';

const category = 'Exfiltration: Launch Remote File Copy Tools in Container';

test('a copy tool alone is handed to people; one that is connected to a public address is ended', () => {
  expect(recommended(proposalFor({ category, severity: 'LOW' }))).toBe('hand-over');
  const copy = (destinationIp: string) => proposalFor({ category, severity: 'LOW', connections: [{ destinationIp }] });
  expect(recommended(copy('10.0.0.7'))).toBe('hand-over');
  expect(recommended(copy('203.0.113.5'))).toBe('evict');
  expect(copy('203.0.113.5').recommendation.reason).toContain('it is connected to 203.0.113.5');
});

test('what can be copied is brought out, and who answers for data protection is not forgotten', () => {
  const mounts = [{ volume: 'data', from: 'nfs' as const, source: '10.0.0.2', readOnly: true }];
  const flags = [{ id: 'data-mounted' as const, mounts, more: 0 }];
  const said = words(proposalFor({ category }, { settings: { flags } }));
  expect(said).toContain(
    'Data is mounted into the container (data (NFS 10.0.0.2, read only); it matters here: it is what can be copied)',
  );
  expect(said).toContain('data protection');
});
