import { readdir, readFile } from 'node:fs/promises';

const notice = '// Made by `npm run generate` from the files of this folder; change those.';

interface Definition {
  readonly file: string;
  /** What the file exports it as. */
  readonly name: string;
}

/** The files of a folder that export what `define` makes. */
async function definitions(folder: URL, define: string): Promise<Definition[]> {
  const found: Definition[] = [];
  for (const file of (await readdir(folder)).toSorted()) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const text = await readFile(new URL(file, folder), 'utf8');
    const name = new RegExp(`^export const (\\w+) = ${define}\\(`, 'm').exec(text)?.[1];
    if (name !== undefined) found.push({ file, name });
  }
  return found;
}

/** The text of `all.ts` beside the rungs. */
export async function rungList(folder: URL): Promise<string> {
  const rungs = await definitions(folder, 'defineRung');
  return lines(
    notice,
    ...rungs.map(importOf),
    "import type { Rung } from './rung.ts';",
    '',
    `const all = [${rungs.map(({ name }) => name).join(', ')}] as const;`,
    '',
    '/** The name of a rung. */',
    "export type RungKind = (typeof all)[number]['kind'];",
    '',
    '/** Every rung of containment. */',
    'export const rungs: readonly Rung<RungKind>[] = all;',
  );
}

/** The text of `all.ts` beside the playbooks. */
export async function playbookList(folder: URL): Promise<string> {
  const playbooks = (await definitions(folder, 'definePlaybook')).filter(({ name }) => name !== 'generic');
  return lines(
    notice,
    "import type { Playbook } from './playbook.ts';",
    ...playbooks.map(importOf),
    '',
    '/** Every playbook but the generic one, which takes what none of these names. */',
    `export const playbooks: readonly Playbook[] = [${playbooks.map(({ name }) => name).join(', ')}];`,
  );
}

function importOf({ file, name }: Definition): string {
  return `import { ${name} } from './${file}';`;
}

function lines(...texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}
