import type { ServiceDescription } from '../../../sandbox/cloud-run/seed.ts';
import type { ReputationSeed } from '../../../sandbox/virustotal/answers.ts';
import { type Scenario, seedScenario } from '../../support/scenario.ts';
import type { SandboxControlClient } from './sandbox-control.ts';
import { steadily } from './steadily.ts';

/** Makes a service with a compromised revision in a sandbox of another process, without its finding. */
export async function seedOver(control: SandboxControlClient, which: 0 | 1 = 0): Promise<Scenario> {
  const services: ServiceDescription[] = [];
  const reputation: ReputationSeed[] = [];
  const scenario = seedScenario(
    {
      control: {
        now: () => Date.now(),
        seedService: (description) => services.push(description),
        seedReputation: (seed) => reputation.push(seed),
      },
    },
    { which },
  );
  for (const description of services) await steadily('the service is seeded', () => control.seedService(description));
  for (const seed of reputation) await steadily('the reputation is seeded', () => control.seedReputation(seed));
  return scenario;
}

/** The same, with its finding published: tried until the sandbox has taken it, since it may be what is killed. */
export async function publishScenario(control: SandboxControlClient, which: 0 | 1 = 0): Promise<Scenario> {
  const scenario = await seedOver(control, which);
  await steadily('the notification is published', () => control.publish(scenario.notification));
  return scenario;
}
