import { untilDone } from '../canaries/canary.ts';
import { type Service, shortName } from '../canaries/service-canary.ts';
import { by, type Claim, goes, holds } from '../claim.ts';
import { newTemplate, steadily } from './cloud-run-updates.ts';

type Target = NonNullable<Service['traffic']>[number];

/** Seconds until moved traffic has surely moved. */
export const moved = 30;

/** How traffic is shared out, and when it moves. */
export const trafficClaims: readonly Claim[] = [
  {
    id: 'traffic.latest-status',
    statement: 'the entry of a target of type LATEST in `trafficStatuses` names no revision',
    source: 'k8s-config-connector, recorded runservicebasic (2024-04); two Terraform states (2025)',
    strength: 'recorded',
    reality: { name: 'latest-status', way: 'empty' },
    check: by(['service'], async ({ canaries }) => {
      const { trafficStatuses } = await (await canaries.service()).read();
      const status = trafficStatuses?.find(({ type }) => String(type) === 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST');
      const revision = status?.revision ?? '';
      return goes(revision === '' ? 'empty' : 'named', `it names '${revision}'`);
    }),
  },
  {
    id: 'traffic.moves',
    statement: 'traffic moves some seconds after the operation that moved it is done',
    source: 'after-hours-site-continuity-fleet, gate d, finding 5 (2026-08)',
    strength: 'live write-up',
    reality: { name: 'traffic', way: 'late' },
    check: by(['service'], async ({ canaries, pause, ask }) => {
      const service = await canaries.service();
      const address = await service.open();
      await pause(moved);
      await service.change({ traffic: [to(service.older)] }, ['traffic']);
      for (let seconds = 0; seconds <= 60; seconds += 1) {
        const { text } = await ask(address);
        if (text.includes(service.older))
          return goes(seconds === 0 ? 'at-end' : 'late', `the other revision answered ${seconds} s after the end`);
        await pause(1);
      }
      return goes('not', 'the other revision did not answer in a minute');
    }),
  },
  {
    id: 'traffic.short-names',
    statement: 'a target names a revision by its short name; its full name is INVALID_ARGUMENT',
    source: 'after-hours-site-continuity-fleet, gate d, finding 3 (2026-08)',
    strength: 'live write-up',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const short = await service.change({ traffic: [to(service.older)] }, ['traffic']);
      const full = await steadily(pause, () =>
        service.begin({ traffic: [to(`${service.name}/revisions/${service.newer}`)] }, ['traffic']),
      );
      return holds(
        short.traffic?.[0]?.revision === service.older && full.code === 'INVALID_ARGUMENT',
        `the short name was taken; the full one answered ${full.code}`,
      );
    }),
  },
  refusedTargets('traffic.sum', 'percentages that do not make 100 are INVALID_ARGUMENT', 'traffic_target.proto', {
    strength: 'documented',
    targets: (older) => [to(older, 90)],
  }),
  refusedTargets('traffic.unknown-revision', 'a revision that does not exist is INVALID_ARGUMENT', 'none', {
    strength: 'assumed',
    targets: (older) => [to(`${older}-that-is-not`)],
  }),
  refusedTargets('traffic.tag-twice', 'a tag that is used twice is INVALID_ARGUMENT', 'none', {
    strength: 'assumed',
    targets: (older, newer) => [
      { ...to(older, 50), tag: 'twice' },
      { ...to(newer, 50), tag: 'twice' },
    ],
  }),
  {
    id: 'traffic.not-ready',
    statement: 'a revision that is not ready cannot be given traffic: FAILED_PRECONDITION',
    source: 'none',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const failed = `${shortName(service.name)}-fails`;
      await steadily(pause, async () => {
        const broken = { ...newTemplate(await service.read(), 'fails'), revision: failed };
        const containers = broken.containers.map((container) => ({ ...container, command: ['/dev/null'] }));
        const operation = await service.begin({ template: { ...broken, containers } }, ['template']);
        await untilDone(() => service.look(operation), pause);
      });
      const { code, said } = await steadily(pause, async () => {
        const operation = await service.begin({ traffic: [to(failed)] }, ['traffic']);
        await untilDone(() => service.look(operation), pause);
      });
      return holds(code === 'FAILED_PRECONDITION', `answered ${said}`);
    }),
  },
  {
    id: 'traffic.none-given',
    statement: 'without targets all traffic goes to the latest ready revision',
    source: 'service.proto, `traffic`',
    strength: 'documented',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      await service.change({ traffic: [to(service.older)] }, ['traffic']);
      const { trafficStatuses } = await service.change({ traffic: [] }, ['traffic']);
      const types = (trafficStatuses ?? []).map(({ type, percent }) => `${type} ${percent} %`);
      return holds(
        types.join() === 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST 100 %',
        `the statuses are ${types.join(', ') || 'none'}`,
      );
    }),
  },
  {
    id: 'traffic.pinned',
    statement: 'while traffic is pinned to a revision, a deployment gets none',
    source: 'page "Rollbacks, gradual rollouts, and traffic migration"',
    strength: 'documented',
    check: by(['service'], async ({ canaries, pause, ask }) => {
      const service = await canaries.service();
      const address = await service.open();
      const pinned = await service.change({ traffic: [to(service.older)] }, ['traffic']);
      await service.change({ template: newTemplate(pinned, 'pinned') }, ['template']);
      await pause(moved);
      const { text } = await ask(address);
      return holds(
        text.includes(service.older),
        `${text.includes(service.older) ? 'the pinned revision' : 'another'} answers`,
      );
    }),
  },
  {
    id: 'traffic.tag-address',
    statement: 'a revision with only a tag is reached by the address of the tag, and starts an instance for it',
    source: 'page "Rollbacks, gradual rollouts, and traffic migration"',
    strength: 'documented',
    check: by(['service'], async ({ canaries, pause, ask }) => {
      const service = await canaries.service();
      await service.open();
      const tagged = await service.change({ traffic: [to(service.newer), { ...to(service.older, 0), tag: 'old' }] }, [
        'traffic',
      ]);
      await pause(moved);
      const { status, text } = await ask(addressOfTag(tagged));
      return holds(status === 200 && text.includes(service.older), `answered ${status}`);
    }),
  },
];

/** All traffic, or that much of it, to one revision. */
export function to(revision: string, percent = 100): Target {
  return { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, percent };
}

/** The address of the one tag that a service has. */
export function addressOfTag({ trafficStatuses }: Service): string {
  return trafficStatuses?.find(({ uri }) => uri !== undefined && uri !== null && uri !== '')?.uri ?? '';
}

function refusedTargets(
  id: string,
  statement: string,
  source: string,
  { strength, targets }: Pick<Claim, 'strength'> & { readonly targets: (older: string, newer: string) => Target[] },
): Claim {
  return {
    id,
    statement,
    source,
    strength,
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const { code, said } = await steadily(pause, () =>
        service.begin({ traffic: targets(service.older, service.newer) }, ['traffic']),
      );
      return holds(code === 'INVALID_ARGUMENT', `answered ${said}`);
    }),
  };
}
