import { answered } from '../answers.ts';
import { shortName } from '../canaries/service-canary.ts';
import { by, type Claim, holds } from '../claim.ts';

/** How Cloud Run takes an update of a service in. */
export const updateClaims: readonly Claim[] = [
  {
    id: 'service.operation',
    statement:
      'UpdateService answers a long-running operation; when it is done, the service shows the change and `observedGeneration` is `generation`, one more than before',
    source: 'k8s-config-connector, recorded runservicebasic (2024-04); service.proto, comments on `reconciling`',
    strength: 'recorded',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      const before = await service.read();
      const after = await service.change({ description: 'checked' }, ['description']);
      const one = Number(after.generation) === Number(before.generation) + 1;
      return holds(
        one && Number(after.observedGeneration) === Number(after.generation) && after.description === 'checked',
        `generation ${Number(before.generation)} before, ${Number(after.generation)} after, observed ${Number(after.observedGeneration)}`,
      );
    }),
  },
  {
    id: 'service.short-names',
    statement: 'a target names a revision by its short name; its full name is INVALID_ARGUMENT',
    source: 'after-hours-site-continuity-fleet, gate d, finding 3 (2026-08)',
    strength: 'live write-up',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const target = (revision: string) => ({
        traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const, revision, percent: 100 }],
      });
      const short = await service.change(target(service.older), ['traffic']);
      const full = await answered(() =>
        service.begin(target(`${service.name}/revisions/${service.newer}`), ['traffic']),
      );
      await pause(1);
      return holds(
        shortName(short.traffic?.[0]?.revision) === service.older && full.code === 'INVALID_ARGUMENT',
        `the short name was taken; the full one answered ${full.said}`,
      );
    }),
  },
];
