import { expect, test } from 'vitest';
import { containerEscape } from './container-escape.ts';
import { proposalFor, recommended, words } from './fixtures/world.ts';

test.each(containerEscape.categories)(
  '%s: nobody has a harmless use for it, so the instances end whatever SCC rates it',
  (category) => {
    const processes = [{ binary: { path: '/tmp/tool' }, args: ['-x'] }];
    const proposal = proposalFor({ category, processes, severity: 'LOW' });
    expect(recommended(proposal)).toBe('evict');
    expect(recommended(proposalFor({ category }, { kind: 'job' }))).toBe('stop-job');
    expect(words(proposal)).toContain(': /tmp/tool -x');
    expect(words(proposal)).toContain('support where there is any sign');
  },
);
