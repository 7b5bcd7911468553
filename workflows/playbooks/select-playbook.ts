import { playbooks } from './all.ts';
import { generic } from './generic.ts';
import type { Playbook } from './playbook.ts';

/** Names drift between Google's pages: case and "(Preview)" do not count. */
function normalised(category: string): string {
  return category
    .toLowerCase()
    .replace(/\(preview\)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The playbook for a category; the generic one for a category that nobody named. */
export function selectPlaybook(category: string): Playbook {
  const wanted = normalised(category);
  return playbooks.find(({ categories }) => categories.some((name) => normalised(name) === wanted)) ?? generic;
}
