import { rungs } from '../../workflows/containment/all.ts';
import type { Playbook } from '../../workflows/playbooks/playbook.ts';
import { exampleOf } from './example-finding.ts';
import { everyPlaybook } from './every-playbook.ts';
import { resourceKinds } from '../../model/resource-kinds.ts';
import { bullets, madeFrom, page, table, threatWords } from './markdown.ts';

/** The pages of the playbooks by their path, their index among them. */
export function playbookPages(): Record<string, string> {
  const pages = everyPlaybook.map((playbook) => [`docs/playbooks/${playbook.name}.md`, playbookPage(playbook)]);
  return { ...Object.fromEntries(pages), 'docs/playbooks/README.md': index() };
}

const anyCategory = 'every category that no other playbook names';

function index(): string {
  return page(
    '# Playbooks',
    madeFrom('workflows/playbooks/'),
    'Each answers a family of finding categories. The names of categories are compared without regard to case and "(Preview)".',
    table(
      ['playbook', 'categories', 'kind of threat'],
      everyPlaybook.map(({ name, categories, threats }) => [
        `[${name}](${name}.md)`,
        categories.join('; ') || anyCategory,
        threats.join(', '),
      ]),
    ),
  );
}

function playbookPage(playbook: Playbook): string {
  const { name, summary, categories, techniques, threats, imageSuspect } = playbook;
  return page(
    `# ${name}`,
    madeFrom(`workflows/playbooks/${name}.ts`),
    summary,
    '## Answers',
    bullets(categories.length === 0 ? [anyCategory] : categories),
    techniques.length === 0 ? null : `ATT&CK: ${techniques.map(techniqueLink).join(', ')}.`,
    '## Kind of threat',
    bullets(threats.map((threat) => `\`${threat}\`: ${threatWords[threat]}`)),
    imageSuspect === true
      ? 'The image itself is suspect: an earlier revision with the same image is not taken as known-good.'
      : null,
    '## Rungs that are offered, where they apply',
    bullets(offered(playbook)),
    '## What people must still do',
    'On an invented service:',
    bullets(playbook.todo(exampleOf(playbook))),
  );
}

/** A line for each kind of resource: the rungs against this kind of threat, the least destructive first. */
function offered({ threats }: Playbook): string[] {
  const kinds = Object.keys(resourceKinds) as (keyof typeof resourceKinds)[];
  const fitting = rungs
    .filter(({ against }) => against.some((threat) => threats.includes(threat)))
    .toSorted((left, right) => left.order - right.order);
  return kinds.flatMap((kind) => {
    const links = fitting.flatMap((rung) =>
      rung.resource === kind ? [`[${rung.kind}](../rungs/${rung.kind}.md)`] : [],
    );
    return links.length === 0 ? [] : [`${resourceKinds[kind].words}: ${links.join(', ')}`];
  });
}

function techniqueLink(id: string): string {
  return `[${id}](https://attack.mitre.org/techniques/${id.replace('.', '/')}/)`;
}
