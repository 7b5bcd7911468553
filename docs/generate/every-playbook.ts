import { playbooks } from '../../workflows/playbooks/all.ts';
import { generic } from '../../workflows/playbooks/generic.ts';
import type { Playbook } from '../../workflows/playbooks/playbook.ts';

/** All playbooks by name, the generic one last. */
export const everyPlaybook: readonly Playbook[] = [
  ...playbooks.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
  generic,
];
