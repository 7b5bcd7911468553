import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { allClaims } from '../../contract/areas.ts';
import type { Report } from '../../contract/report.ts';
import type { GrantDescription } from '../../sandbox/iam/grants.ts';
import { freeBasePort } from '../../sandbox/kernel/free-port.ts';
import type { Reality } from '../../sandbox/kernel/reality.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { type Ended, runFirebreak } from '../test/run-firebreak.ts';

/** The ids of the claims that decide a switch. */
export const switchClaims = allClaims.filter(({ reality }) => reality !== undefined).map(({ id }) => id);

/** A finding, as far as checks want one. */
export const finding = {
  finding: {
    name: 'organizations/271828182845/sources/3141592653589/locations/global/findings/0123456789abcdef0123456789abcdef',
    canonicalName:
      'projects/161803398874/sources/3141592653589/locations/global/findings/0123456789abcdef0123456789abcdef',
    parent: 'organizations/271828182845/sources/3141592653589/locations/global',
    category: 'Reverse Shell',
    state: 'ACTIVE',
    mute: 'UNDEFINED',
    resourceName: '//run.googleapis.com/projects/rhea-prod-4421/locations/europe-west1/services/checkout-api',
    eventTime: '2026-11-20T10:00:00Z',
  },
  resource: { gcpMetadata: { project: '//cloudresourcemanager.googleapis.com/projects/161803398874' } },
};

/** The owners have what updates ask for; respond may read images, and not act as anybody. */
export const grants: readonly GrantDescription[] = [
  { role: 'publisher', permission: 'iam.serviceAccounts.actAs', on: '*' },
  { role: 'publisher', permission: 'artifactregistry.repositories.downloadArtifacts', on: '*' },
  { role: 'respond', permission: 'artifactregistry.repositories.downloadArtifacts', on: '*' },
];

/** A sandbox in a world of its own, and the whole command against it. */
export async function contractWorld(reality: Reality = {}) {
  const sandbox = await startSandbox({ basePort: await freeBasePort(), pace: 'real', reality });
  onTestFinished(() => sandbox.close());
  const folder = await mkdtemp(join(tmpdir(), 'firebreak contract '));
  const report = join(folder, 'report');
  sandbox.control.seedGrants(grants);
  const { name } = sandbox.control.publish(finding);
  const environment = { FIREBREAK_SANDBOX: `127.0.0.1:${sandbox.basePort}` };
  const args = [
    ['contract', '--project', sandbox.project, '--region', 'europe-west1', '--report', report],
    ['--finding', name, '--finding-topic', `projects/${sandbox.project}/topics/scc-findings`],
  ].flat();
  return {
    sandbox,
    args,
    environment,
    run: (...more: readonly string[]): Promise<Ended> => runFirebreak([...args, ...more], environment),
    readReport: async (): Promise<{ readonly report: Report; readonly page: string }> => ({
      report: JSON.parse(await readFile(`${report}.json`, 'utf8')) as Report,
      page: await readFile(`${report}.md`, 'utf8'),
    }),
    /** Names of what there is that a run may have made. */
    canaries: (): string[] => {
      interface Kept {
        readonly [section: string]: Readonly<Record<string, { readonly deletedAt?: number }>>;
      }
      const kept = (section: string) => sandbox.control.section<Kept>(section, () => ({})).value;
      const { services = {}, jobs = {}, instances = {} } = kept('cloud-run');
      const { topics = {}, subscriptions = {} } = kept('pubsub');
      return Object.entries({ ...services, ...jobs, ...instances, ...topics, ...subscriptions })
        .filter(([name, { deletedAt }]) => deletedAt === undefined && name.includes('firebreak-contract'))
        .map(([name]) => name);
    },
  };
}
