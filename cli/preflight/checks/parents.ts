import type { Check, Preflight } from '../check.ts';
import { attention, failed, type Line, ok } from '../line.ts';

/** Whose findings are ours: whether that is said, and said once. */
export const parents: Check = { name: 'scc parents', of: ['intake', 'observe'], asksGoogle: false, look };

async function look({ configuration: { sccParents } }: Preflight): Promise<Line[]> {
  if (sccParents.length === 0)
    return [
      failed(
        'FIREBREAK_SCC_PARENTS is not set: every finding would become a dead letter',
        'Set it to the organizations, folders or projects by number, such as organizations/123456789012.',
      ),
    ];
  const twice = sccParents.filter((parent, index) => sccParents.indexOf(parent) !== index);
  const kinds = new Set(sccParents.map((parent) => parent.split('/')[0]));
  const lines: Line[] = [];
  if (twice.length > 0)
    lines.push(attention(`FIREBREAK_SCC_PARENTS names ${twice.join(', ')} twice`, 'Name each once.'));
  if (kinds.has('organizations') && kinds.size > 1)
    lines.push(
      attention(
        'FIREBREAK_SCC_PARENTS names organizations beside folders or projects, which may be theirs',
        'An organization has all below it: name the others only where they are of another organization, else each is asked twice.',
      ),
    );
  if (lines.length === 0) lines.push(ok(sccParents.join(', ')));
  return lines;
}
