// Writes what follows from the code: the lists of playbooks and rungs. `--check` only says whether they are current (exit 1 where not).
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

/** The files of a folder that export what `define` makes: their paths, and the names that they export. */
async function definitions(folder: string, define: string): Promise<{ file: string; name: string }[]> {
  const found: { file: string; name: string }[] = [];
  for (const file of (await readdir(new URL(`${folder}/`, root))).toSorted()) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const text = await readFile(new URL(`${folder}/${file}`, root), 'utf8');
    const name = new RegExp(`^export const (\\w+) = ${define}\\(`, 'm').exec(text)?.[1];
    if (name !== undefined) found.push({ file, name });
  }
  return found;
}

const notice = '// Made by `npm run generate` from the files of this folder; change those.\n';

async function rungList(): Promise<string> {
  const rungs = await definitions('workflows/containment', 'defineRung');
  return [
    notice.trimEnd(),
    ...rungs.map(({ file, name }) => `import { ${name} } from './${file}';`),
    "import type { Rung } from './rung.ts';",
    '',
    `const all = [${rungs.map(({ name }) => name).join(', ')}] as const;`,
    '',
    '/** The name of a rung. */',
    "export type RungKind = (typeof all)[number]['kind'];",
    '',
    '/** Every rung of containment. */',
    'export const rungs: readonly Rung<RungKind>[] = all;',
    '',
  ].join('\n');
}

async function playbookList(): Promise<string> {
  const playbooks = (await definitions('workflows/playbooks', 'definePlaybook')).filter(({ name }) => name !== 'generic');
  return [
    notice.trimEnd(),
    "import type { Playbook } from './playbook.ts';",
    ...playbooks.map(({ file, name }) => `import { ${name} } from './${file}';`),
    '',
    '/** Every playbook but the generic one, which takes what none of these names. */',
    `export const playbooks: readonly Playbook[] = [${playbooks.map(({ name }) => name).join(', ')}];`,
    '',
  ].join('\n');
}

const wanted: Readonly<Record<string, () => Promise<string>>> = {
  'workflows/containment/all.ts': rungList,
  'workflows/playbooks/all.ts': playbookList,
};

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [path, make] of Object.entries(wanted)) {
  const text = await make();
  const place = fileURLToPath(new URL(path, root));
  const current = await readFile(place, 'utf8').catch(() => '');
  if (current.replace(/\s+|,(?=\s*[\]}])/g, '') === text.replace(/\s+|,(?=\s*[\]}])/g, '')) continue;
  stale.push(path);
  if (!check) await writeFile(place, text);
}
if (check && stale.length > 0) {
  console.error(`not current: ${stale.join(', ')}. Type: npm run generate`);
  process.exitCode = 1;
} else console.log(stale.length === 0 ? 'all current' : `written: ${stale.join(', ')}`);
