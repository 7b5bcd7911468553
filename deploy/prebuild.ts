// `node deploy/prebuild.ts`, at image build: bundles the workflow code and compiles what the processes load, so that a container starts quickly
// and needs to write nothing beside its packages.
import { readdirSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// As cli/main.ts does it.
const cacheFolder = fileURLToPath(new URL('../node_modules/.cache/firebreak', import.meta.url));
enableCompileCache(cacheFolder);
await import('../cli/program.ts');
await import('../cli/doctor/health-temporal.ts');
await import('../worker/main.ts');
await import('../intake/main.ts');
flushCompileCache();

const { workflowBundle } = await import('../worker/bundle.ts');
const { buildId } = await workflowBundle();
// The bundler works without keeping the bundle; here keeping it is what it is for.
if (!readdirSync(cacheFolder).some((name) => name.startsWith('workflows-')))
  throw new Error(`the bundle was not kept: ${cacheFolder} cannot be written`);
console.log(`workflow build ${buildId}`);
