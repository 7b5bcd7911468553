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
  const flags = [{ flag: 'Data is mounted into the container', detail: 'uploads' }];
  const said = words(proposalFor({ category }, { settings: { flags } }));
  expect(said).toContain('Data is mounted into the container (uploads; it matters here: it is what can be copied)');
  expect(said).toContain('data protection');
});
