import { afterAll, beforeAll, expect, test } from 'vitest';
import { demonstrationServices } from '../../sandbox/scenario/demonstration.ts';
import { seedScenario } from '../support/scenario.ts';
import { startSystem, type System } from '../support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

const minute = 60_000;

test.each([
  ['a creator of its own', 'deployer@rhea-prod-4421.iam.gserviceaccount.com'],
  ['the creator of the compromised revision', 'jonas.brandt@example.com'],
])(
  'a planted revision with one request 40 minutes before the first sign, and %s, is not recommended',
  async (_what, creator) => {
    const { control } = system.sandbox;
    const { caseId, service, badRevision, notification } = seedScenario(system.sandbox, { withoutGood: true });
    const now = control.now();
    const [description] = demonstrationServices(now);
    const [good, bad] = description!.revisions;
    const at = (minutes: number): string => new Date(now - minutes * minute).toISOString();
    const planted = { ...good!, name: `${service}-00011-own`, createTime: at(120), creator, served: false };
    const traffic = [{ percent: 100 }];
    const revisions = [planted, { ...bad!, name: badRevision }];
    control.seedService({ ...description!, name: service, traffic, revisions });
    control.putLogEntries([
      {
        insertId: `planted-${service}`,
        logName: 'projects/rhea-prod-4421/logs/run.googleapis.com%2Frequests',
        timestamp: now - 40 * minute,
        labels: { instanceId: 'an-instance' },
        severity: 'INFO',
        resource: {
          type: 'cloud_run_revision',
          labels: {
            project_id: 'rhea-prod-4421',
            location: 'europe-west1',
            service_name: service,
            revision_name: planted.name,
            configuration_name: service,
          },
        },
        httpRequest: { requestMethod: 'GET', requestUrl: `https://${service}.example/`, status: 200 },
      },
    ]);
    control.publish(notification);
    const { proposal } = await system.until(caseId, ['proposed']);
    const recommended = proposal?.plans.filter((plan) => plan.recommended) ?? [];
    expect(recommended.length).toBeGreaterThan(0);
    expect(JSON.stringify(recommended.map(({ plan }) => plan.actions.map(({ change }) => change)))).not.toContain(
      planted.name,
    );
  },
);
