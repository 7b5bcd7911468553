import { expect, test } from 'vitest';
import { privilegeEscalation } from './privilege-escalation.ts';
import { proposalFor, recommended, words } from './fixtures/world.ts';

test.each(privilegeEscalation.categories)(
  '%s: nobody has a harmless use for it, so the instances end whatever SCC rates it',
  (category) => {
    const processes = [{ binary: { path: '/tmp/tool' }, args: ['-x'] }];
    const proposal = proposalFor({ category, processes, severity: 'LOW' });
    expect(recommended(proposal)).toBe('evict');
    expect(recommended(proposalFor({ category }, { kind: 'job' }))).toBe('stop-job');
    expect(words(proposal)).toContain(': /tmp/tool -x');
    expect(words(proposal)).toContain('Take sudo, pkexec');
  },
);
