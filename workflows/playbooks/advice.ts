import type { PlaybookAdvice, PlaybookContext } from './playbook.ts';

/**
 * Advice for a threat that holds an outbound connection: only the end of the instances ends it. Null where that is not to be advised on,
 * because the compromised revision is not known.
 */
export function adviseForOutbound({ revisions, tried }: PlaybookContext): PlaybookAdvice {
  const { bad, good, goneAndQuiet } = revisions;
  if (bad.revision === null) return { choice: 'hand-over', reason: `no plan can be made: ${bad.reason}` };
  if (goneAndQuiet && tried.length === 0) {
    return {
      choice: 'hand-over',
      reason: `${bad.revision.name} takes no traffic, has no tag and is silent: there is nothing left to contain, but a way in to find`,
    };
  }
  if (tried.includes('scale-to-zero') || tried.includes('evict')) {
    return {
      choice: 'hand-over',
      reason: `instances were ended and ${bad.revision.name} is not quiet: no plan here does more, people must look`,
    };
  }
  if (good.revision === null) {
    return {
      choice: 'plan',
      plan: 'scale-to-zero',
      reason: `there is no revision to go back to (${good.reason}), so the service has to stop`,
    };
  }
  return {
    choice: 'plan',
    plan: 'evict',
    reason: 'an open shell is outbound and ends with its instance only; there is a good revision to go back to',
  };
}
