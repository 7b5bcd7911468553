import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { codeOf } from '../runtime/errors.ts';
import { replaceFile } from '../runtime/state-folder.ts';

/** Workflow code in one piece, as a worker and a replay take it. */
export interface WorkflowBundle {
  /** JavaScript that names no path of this machine: two checkouts of the same sources give the same text. */
  readonly code: string;
  /** sha256 of the code, hexadecimal; each history names the code that ran by it. */
  readonly buildId: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const casesPath = join(root, 'workflows', 'cases.ts');
const recorderPath = join(root, 'workflows', 'recorder', 'record-commands.ts');
/** zod's messages in fifty languages, of which nothing here says one: half a megabyte that each worker would read. */
const unusedModules = [join(root, 'node_modules', 'zod', 'v4', 'locales', 'index.js')];
const cacheFolder = join(root, 'node_modules', '.cache', 'firebreak');

/**
 * Pure code that all workflows of a thread share. Else each case evaluates it anew, and the curve builds its table of the base point anew: a
 * third of the time that cases spent in their threads; and each would make its own schemas. Nothing with the state of a workflow may stand here, nor what imports
 * @temporalio/workflow. Files of ours, since webpack leaves out a bare import of a package that says it has no side effects.
 */
const sharedModules = [
  'signatures.ts',
  'assessment/propose.ts',
  'playbooks/select-playbook.ts',
  '../model/decide.ts',
  '../model/decision-parser.ts',
  '../model/decision-verdict.ts',
  '../model/first-look.ts',
  '../model/receipt.ts',
  '../model/signs-of-life.ts',
  '../model/watch-input.ts',
  '../model/display.ts',
].map((file) => join(root, 'workflows', file));

/** Kept bundles; older ones belong to sources that have changed since. */
const keptBundles = 5;

/**
 * The bundle of the workflows and the recorder for strict replay. Bundling takes seconds, so the result is kept under node_modules/.cache by
 * the digest of everything it is made of. Throws where the workflow code does not compile or imports what is not workflow-safe.
 * @param workflowsPath the file whose exports are the workflows; the cases by default
 */
export async function workflowBundle(workflowsPath: string = casesPath): Promise<WorkflowBundle> {
  const kept = join(cacheFolder, `workflows-${await digestOfSources(workflowsPath)}.js`);
  const code = (await readIfThere(kept)) ?? (await bundleAndKeep(workflowsPath, kept));
  return { code, buildId: createHash('sha256').update(code).digest('hex') };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // Unreadable: kept by another user, for himself.
    if (['ENOENT', 'EACCES'].includes(String(codeOf(error)))) return undefined;
    throw error;
  }
}

/** Whoever bundles the same sources at the same time writes the same text: the last one stays. */
async function bundleAndKeep(workflowsPath: string, kept: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [recorderPath],
    preloadModules: sharedModules,
    ignoreModules: unusedModules,
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: withoutPaths,
  });
  try {
    await mkdir(cacheFolder, { recursive: true });
    await replaceFile(kept, code);
    await removeOldBundles();
  } catch (error) {
    // An installation that may not be written to works as well; it bundles at each start.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(String(codeOf(error)))) throw error;
  }
  return code;
}

type WebpackConfiguration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

/**
 * The SDK's configuration, without what names a folder of this machine. The SDK refuses a bundle without a source map; this one has lines and
 * names of files inside the project only, no sources: enough for a stack trace that reads `workflows/…:12`.
 */
function withoutPaths(configuration: WebpackConfiguration): WebpackConfiguration {
  return {
    ...configuration,
    context: root,
    devtool: 'inline-nosources-cheap-module-source-map',
    output: {
      ...configuration.output,
      // The default has a hash in it that depends on where the project lies.
      filename: 'workflows.js',
      pathinfo: false,
      devtoolModuleFilenameTemplate: ({ resourcePath }: { resourcePath: string }) =>
        resourcePath.startsWith('ignored|') ? ignoredName(resourcePath) : resourcePath,
    },
    module: {
      ...configuration.module,
      // Leaves out the loader of the packages' own source maps.
      rules: configuration.module?.rules?.filter((rule) => typeof rule !== 'object' || rule?.enforce !== 'pre') ?? [],
    },
  };
}

/** What is left out of the bundle, named by who asks for it and by what name: `ignored|<folder>|<module>`. */
function ignoredName(path: string): string {
  const [, folder = '', module = ''] = path.split('|');
  return `ignored/${nameOf(folder)}/${module}`;
}

/** Digest of every file that can have a part in the bundle; packages by the lock file. */
async function digestOfSources(workflowsPath: string): Promise<string> {
  const folders = new Set([join(root, 'workflows'), join(root, 'model'), dirname(workflowsPath)]);
  const lists = await Promise.all([...folders].map(sourcesIn));
  const files = [...lists.flat(), fileURLToPath(import.meta.url), join(root, 'package-lock.json')].toSorted();
  const hash = createHash('sha256').update(nameOf(workflowsPath));
  for (const [index, content] of (await Promise.all(files.map((file) => readFile(file)))).entries()) {
    hash.update(`\n${nameOf(files[index] ?? '')} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function sourcesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sources = entries.filter(
    (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'),
  );
  return sources.map((entry) => join(entry.parentPath, entry.name));
}

const nameOf = (path: string): string => relative(root, path).split(sep).join('/');

async function removeOldBundles(): Promise<void> {
  const paths = (await readdir(cacheFolder))
    .filter((name) => /^workflows-\w+\.js$/.test(name))
    .map((name) => join(cacheFolder, name));
  const aged = await Promise.all(paths.map(async (path) => ({ path, time: await modifiedAt(path) })));
  const old = aged.toSorted((a, b) => b.time - a.time).slice(keptBundles);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
}

/** Milliseconds since the epoch; 0 where another process has removed the file meanwhile. */
async function modifiedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
