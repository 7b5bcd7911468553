import { untilDone } from '../canaries/canary.ts';
import type { Service } from '../canaries/service-canary.ts';
import { by, type Claim, goes, holds } from '../claim.ts';
import type { Ground } from '../ground.ts';
import { instanceCounts, linesOf } from '../observations.ts';
import { addressOfTag, moved, to } from './cloud-run-traffic.ts';
import { steadily } from './cloud-run-updates.ts';

const off = { scalingMode: 'MANUAL', manualInstanceCount: 0 } as const;
const manual = ['scaling.scaling_mode', 'scaling.manual_instance_count'];
const all = ['scaling.scaling_mode', 'scaling.min_instance_count', 'scaling.max_instance_count'];

/** Scaling by hand, to nothing, and back. */
export const scalingClaims: readonly Claim[] = [
  {
    id: 'scaling.to-manual',
    statement: 'from automatic to manual: minimum and maximum are unset; without a count the minimum is inherited',
    source: 'page "Manual scaling", table of switching modes; for the API a guess',
    strength: 'documented',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      const { scaling } = await service.change({ scaling: { scalingMode: 'MANUAL' } }, ['scaling.scaling_mode']);
      const counts = countsOf(scaling);
      return holds(counts === 'min 0, max 0, manual 1', `from a minimum of 1 to ${counts}`);
    }),
  },
  {
    id: 'scaling.one-count',
    statement: 'from manual to automatic with one of both counts is an error',
    source: 'page "Manual scaling", table of switching modes; for the API a guess',
    strength: 'documented',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      await service.change({ scaling: { scalingMode: 'MANUAL', manualInstanceCount: 1 } }, manual);
      const { code, said } = await steadily(pause, async () => {
        const operation = await service.begin({ scaling: { scalingMode: 'AUTOMATIC', maxInstanceCount: 2 } }, [
          'scaling',
        ]);
        await untilDone(() => service.look(operation), pause);
      });
      return holds(code !== 'OK', `answered ${said}`);
    }),
  },
  {
    id: 'scaling.neither',
    statement: 'from manual to automatic with neither count, both inherit the manual count',
    source: 'page "Manual scaling", table of switching modes; for the API a guess',
    strength: 'documented',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      await service.change({ scaling: { scalingMode: 'MANUAL', manualInstanceCount: 2 } }, manual);
      const { scaling } = await service.change({ scaling: { scalingMode: 'AUTOMATIC' } }, ['scaling']);
      const counts = countsOf(scaling);
      return holds(counts.startsWith('min 2, max 2'), `from a manual count of 2 to ${counts}`);
    }),
  },
  {
    id: 'scaling.zero-counts',
    statement:
      'a count of 0 that the mask names counts as not given when scaling goes from manual to automatic: alone beside another it is refused, or inherits the manual count',
    source: 'proto3 cannot tell 0 from absent; of the mask none, so the sandbox plays what is harder',
    strength: 'assumed',
    reality: { name: 'zero-counts', way: 'inherit' },
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      await service.change({ scaling: { scalingMode: 'MANUAL', manualInstanceCount: 1 } }, manual);
      const { code, said } = await steadily(pause, async () => {
        const back = { scalingMode: 'AUTOMATIC', minInstanceCount: 0, maxInstanceCount: 2 } as const;
        const operation = await service.begin({ scaling: back }, all);
        await untilDone(() => service.look(operation), pause);
      });
      if (code !== 'OK') return goes('inherit', `a minimum of 0 beside a maximum of 2 answered ${said}`);
      const { scaling } = await service.read();
      return goes(
        scaling?.minInstanceCount === 1 ? 'inherit' : 'count',
        `from a manual count of 1 to ${countsOf(scaling)}`,
      );
    }),
  },
  {
    id: 'scaling.zero-maximum',
    statement: 'a service that comes from manual 0 with counts of 0, both named in the mask, stays down',
    source: 'page "Manual scaling", of counts not given; of a maximum of 0 none',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, pause, ask }) => {
      const service = await canaries.service();
      const address = await service.open();
      await service.change({ scaling: off }, manual);
      const back = { scalingMode: 'AUTOMATIC', minInstanceCount: 0, maxInstanceCount: 0 } as const;
      const { scaling } = await service.change({ scaling: back }, all);
      await pause(moved);
      const { status } = await ask(address);
      return holds(status === 503, `answered ${status} with ${countsOf(scaling)}`);
    }),
  },
  {
    id: 'scaling.manual-count',
    statement: 'a manual count in automatic mode is refused',
    source: 'none',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const { code, said } = await steadily(pause, () =>
        service.begin({ scaling: { scalingMode: 'AUTOMATIC', manualInstanceCount: 1 } }, manual),
      );
      return holds(code === 'INVALID_ARGUMENT', `answered ${said}`);
    }),
  },
  {
    id: 'scaling.shares',
    statement: 'the manual count is divided by percent; with more revisions than instances some get none',
    source: 'page "Manual scaling"',
    strength: 'documented',
    check: { none: 'it takes more instances than a check should cost' },
  },
  {
    id: 'scaling.disabled',
    statement: 'at manual scaling 0 callers get a 503 within seconds, and no revision is made for it',
    source: 'shakedown, infra/gcp/README (2026-10): `Service is disabled`, in force after 2 to 3 s',
    strength: 'live write-up',
    check: by(['service'], async ({ canaries, pause, ask }) => {
      const service = await canaries.service();
      const address = await service.open();
      const before = await service.read();
      const after = await service.change({ scaling: off }, manual);
      await pause(10);
      const { status } = await ask(address);
      const same = before.latestCreatedRevision === after.latestCreatedRevision;
      return holds(status === 503 && same, `answered ${status}; ${same ? 'no' : 'a'} new revision`);
    }),
  },
  {
    id: 'scaling.tag-keeps-alive',
    statement: 'at manual scaling 0 a revision with only a tag still starts an instance for who asks by its address',
    source: 'page "Manual scaling", on revisions that are active only through tags',
    strength: 'documented',
    check: by(['service'], async ({ canaries, pause, ask }) => {
      const service = await canaries.service();
      await service.open();
      const tagged = await service.change(
        { scaling: off, traffic: [to(service.newer), { ...to(service.older, 0), tag: 'alive' }] },
        [...manual, 'traffic'],
      );
      await pause(moved);
      const { status, text } = await ask(addressOfTag(tagged));
      return holds(status === 200 && text.includes(service.older), `answered ${status}`);
    }),
  },
  {
    id: 'scaling.instances-end',
    statement: 'manual scaling to 0 lets instances live on for minutes',
    source:
      'Google’s blog on graceful shutdowns says 10 s from SIGTERM; when that comes is nowhere, so the sandbox plays what is harder',
    strength: 'assumed',
    reality: { name: 'manual-zero', way: 'lingers' },
    check: by(['service'], instancesEnd),
  },
  {
    id: 'scaling.refused-requests',
    statement:
      'requests that are refused while nothing runs leave lines under the revision’s label, without `labels.instanceId`',
    source: 'a user’s log with 429 "no available instance"; of the 503 at manual 0 none',
    strength: 'recorded',
    reality: { name: 'refused-requests', way: 'logged' },
    check: by(['service'], async (ground) => {
      const service = await ground.canaries.service();
      const address = await service.open();
      await service.change({ scaling: off }, manual);
      await ground.pause(60);
      const since = await ground.now();
      for (let request = 0; request < 5; request += 1) await ground.ask(address);
      await ground.pause(90);
      const lines = await linesOf(ground, service.name, since, 'logName:"requests"');
      const bare = lines.filter(({ labels }) => labels?.['instanceId'] === undefined).length;
      return goes(
        bare > 0 ? 'logged' : 'unlogged',
        `${lines.length} request lines, ${bare} of them without an instance`,
      );
    }),
  },
];

/** Seconds in which instances that get SIGTERM at once have ended and been counted: 10 s of grace, a sample a minute. */
const endedBy = 90;

async function instancesEnd(ground: Ground) {
  const service = await ground.canaries.service();
  const address = await service.open();
  // Something has to run, and to have been counted.
  await ground.ask(address);
  await ground.pause(120);
  await service.change({ scaling: off }, manual);
  const changed = await ground.now();
  // Counts are shown up to two minutes late.
  await ground.pause(360);
  const counts = await instanceCounts(ground, service.name, changed);
  const late = counts.filter(({ at, count }) => at > changed + endedBy * 1000 && count > 0);
  const last = Math.max(0, ...late.map(({ at }) => Math.round((at - changed) / 1000)));
  return goes(
    late.length > 0 ? 'lingers' : 'ends',
    late.length > 0 ? `instances were counted until ${last} s after the change` : `none was counted after ${endedBy} s`,
  );
}

function countsOf(scaling: Service['scaling']): string {
  const { minInstanceCount, maxInstanceCount, manualInstanceCount } = scaling ?? {};
  return `min ${minInstanceCount ?? 0}, max ${maxInstanceCount ?? 0}, manual ${manualInstanceCount ?? 'none'}`;
}
