// Writes what follows from the code: the lists of playbooks and rungs, their pages, and the page of claims. `--check` only says whether they are current (exit 1 where not).
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { playbookList, rungList } from './generate/lists.ts';

const root = new URL('..', import.meta.url);
const pageFolders = ['docs/rungs/', 'docs/playbooks/'];
const check = process.argv.includes('--check');
const stale: string[] = [];

/** Code is compared without regard to what the formatter does to it, pages to the letter. */
function essence(path: string, text: string): string {
  return path.endsWith('.ts') ? text.replace(/\s+|,(?=\s*[\]}])/g, '') : text;
}

async function put(path: string, text: string): Promise<void> {
  const current = await readFile(new URL(path, root), 'utf8').catch(() => '');
  if (essence(path, current) === essence(path, text)) return;
  stale.push(path);
  if (!check) await writeFile(new URL(path, root), text);
}

await put('workflows/containment/all.ts', await rungList(new URL('workflows/containment/', root)));
await put('workflows/playbooks/all.ts', await playbookList(new URL('workflows/playbooks/', root)));

// The pages are made from the lists, so only now can they be loaded.
const { rungPages } = await import('./generate/rung-pages.ts');
const { playbookPages } = await import('./generate/playbook-pages.ts');
const { fidelityPage } = await import('./generate/fidelity-page.ts');
const pages = { ...rungPages(), ...playbookPages(), ...fidelityPage() };
for (const folder of pageFolders) await mkdir(new URL(folder, root), { recursive: true });
for (const [path, text] of Object.entries(pages)) await put(path, text);

for (const folder of pageFolders) {
  for (const file of await readdir(new URL(folder, root))) {
    const path = `${folder}${file}`;
    if (path in pages) continue;
    stale.push(`${path} (no longer made)`);
    if (!check) await rm(new URL(path, root));
  }
}

if (check && stale.length > 0) {
  console.error(`not current: ${stale.join(', ')}. Type: npm run generate`);
  process.exitCode = 1;
} else console.log(stale.length === 0 ? 'all current' : `written: ${stale.join(', ')}`);
