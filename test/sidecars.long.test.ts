import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

const registry = 'europe-west1-docker.pkg.dev/rhea-prod-4421/apps';
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const miner = { name: 'helper', image: `${registry}/helper@${digest('e')}` };
const place = { project: 'rhea-prod-4421', projectNumber: '481516234200', location: 'europe-west1' } as const;

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem();
  ana = await system.addAnalyst('ana');
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** A service of three revisions: the newest mines in a sidecar, the one before it as well, the oldest has another sidecar. */
function seedMiner(category: string, oldest = true): Scenario {
  const scenario = seedScenario(system.sandbox);
  const { service, badRevision, goodRevision, notification } = scenario;
  const common = { serviceAccount: 'shop@rhea-prod-4421.iam.gserviceaccount.com', creator: 'deployer@example.com' };
  const mining = {
    ...common,
    sidecars: [miner],
    compromised: { beaconText: 'stratum+tcp://198.51.100.9:3333 accepted', image: miner.image },
  };
  system.sandbox.control.seedService({
    ...place,
    name: service,
    invokers: ['allUsers'],
    graceSeconds: 1,
    revisions: [
      ...(oldest
        ? [
            {
              ...common,
              name: goodRevision,
              createTime: minutesAgo(20_000),
              image: `${registry}/web@${digest('a')}`,
              sidecars: [{ name: 'agent', image: `${registry}/agent@${digest('d')}` }],
            },
          ]
        : []),
      {
        ...mining,
        name: `${service}-00002-mid`,
        createTime: minutesAgo(10_000),
        image: `${registry}/web@${digest('b')}`,
      },
      {
        ...mining,
        name: badRevision,
        creator: 'jonas.brandt@example.com',
        createTime: minutesAgo(30),
        image: `${registry}/web@${digest('c')}`,
      },
    ],
  });
  const containers = [{ name: 'helper', uri: miner.image, imageId: digest('e') }];
  return { ...scenario, notification: { ...notification, finding: { ...notification.finding, category, containers } } };
}

interface Instances {
  readonly instances: readonly { readonly revision: string; readonly shell: boolean }[];
}

/** As the sandbox says it, from outside. */
async function instancesOf(service: string): Promise<Instances['instances']> {
  const answer = await fetch(`http://127.0.0.1:${system.sandbox.basePort}/cloud-run/instances?service=${service}`);
  return ((await answer.json()) as Instances).instances;
}

async function proposed({ notification, caseId }: Scenario) {
  system.sandbox.control.publish(notification);
  return system.until(caseId, ['proposed']);
}

test.each([
  'Execution: Cryptomining Docker Image',
  'Impact: Suspicious cryptocurrency mining activity using the Stratum Protocol',
])('a revision that runs the compromised image as a sidecar is not gone back to: %s', async (category) => {
  const scenario = seedMiner(category, false);
  const view = await proposed(scenario);
  expect(view.assessment?.badRevision?.name).toBe(scenario.badRevision);
  expect(view.assessment?.knownGood).toBeUndefined();
  expect(view.proposal?.plans.find(({ recommended }) => recommended)?.plan.kind).toBe('scale-to-zero');
});

test('the one before it, which has another sidecar, is, and then nothing mines', async () => {
  const scenario = seedMiner('Execution: Cryptomining Docker Image');
  const view = await proposed(scenario);
  expect(view.assessment?.knownGood?.name).toBe(scenario.goodRevision);
  expect(await system.approve(view, ana, 'evict')).toMatchObject({ outcome: 'accepted' });
  await system.until(scenario.caseId, ['contained']);
  const running = await instancesOf(scenario.service);
  expect(running.filter(({ shell }) => shell)).toEqual([]);
  expect(running.map(({ revision }) => revision)).toEqual([scenario.goodRevision]);
});
