import { resourceKinds } from '../../model/resource-kinds.ts';
import type { Threat } from '../../workflows/containment/rung.ts';

/** A page: its blocks with an empty line between them. A block that is null is left out. */
export function page(...blocks: readonly (string | null)[]): string {
  return `${blocks.filter((block) => block !== null).join('\n\n')}\n`;
}

/** Says where a page comes from; not shown where it is rendered. */
export function madeFrom(path: string): string {
  return `<!-- Made by \`npm run generate\` from ${path}; change that. -->`;
}

export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

export function code(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(', ');
}

/** What each kind of threat is, in words. */
export const threatWords: Readonly<Record<Threat, string>> = {
  process: 'what runs in instances or executions now',
  entry: 'the way in, by requests or runs',
  identity: 'what the workload’s service account may do',
  image: 'what is bad in the image itself',
};

/** A kind of resource with its article. */
export function aResource(kind: keyof typeof resourceKinds): string {
  const { words } = resourceKinds[kind];
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
}
