import { judgeRevisions } from '../../model/revisions.ts';
import { proposalInput } from '../../workflows/playbooks/fixtures/world.ts';
import type { Playbook, PlaybookContext } from '../../workflows/playbooks/playbook.ts';

/** What a playbook would judge by on an invented service, for its page. */
export function exampleOf({ categories, imageSuspect }: Playbook): PlaybookContext {
  const { investigation, rails } = proposalInput({ category: categories[0] ?? 'Execution: Something New' });
  const { fetched, settings, logs } = investigation;
  if (settings.status !== 'answered') throw new TypeError('the example has settings');
  const revisions = judgeRevisions(fetched.finding, settings.value, logs, 60, imageSuspect === true, rails.knownGood);
  return { finding: fetched.finding, investigation, revisions, tried: [], offered: [] };
}
