import { detectorNamed, matchDetector } from '../../model/detectors/match-detector.ts';
import { nameKey } from '../../model/detectors/name-key.ts';
import type { Finding } from '../../model/finding.ts';
import { playbooks } from './all.ts';
import { generic } from './generic.ts';
import type { Playbook } from './playbook.ts';

/** What all spellings of a category have in common: its detector, or its letters where the catalogue has none of that name. */
function keyOf(category: string): string {
  return detectorNamed(category)?.apiName ?? nameKey(category);
}

const byKey = new Map(
  playbooks.flatMap((playbook) => playbook.categories.map((category) => [keyOf(category), playbook] as const)),
);

/** The playbook for a category in any of its spellings; the generic one for a category that nobody named. */
export function selectPlaybook(category: string): Playbook {
  return byKey.get(keyOf(category)) ?? generic;
}

/** What tells which playbook a finding has. */
type Named = Pick<Finding, 'category' | 'resource' | 'parentDisplayName' | 'moduleName'>;

/** The playbook for a finding: by its detector, which its module names where the category is a new one. */
export function playbookFor(finding: Named): Playbook {
  return selectPlaybook(matchDetector(finding.category, finding)?.displayName ?? finding.category);
}

/** Whether the finding is one that makes the image itself suspect. */
export function imageSuspected(finding: Named): boolean {
  return playbookFor(finding).imageSuspect === true;
}
