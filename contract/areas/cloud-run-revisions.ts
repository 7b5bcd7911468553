import { answered } from '../answers.ts';
import { OperationFailedError, untilDone } from '../canaries/canary.ts';
import { shortName } from '../canaries/service-canary.ts';
import { by, type Claim, holds } from '../claim.ts';
import { NotCheckedError } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { to } from './cloud-run-traffic.ts';
import { newTemplate, steadily } from './cloud-run-updates.ts';

/** How revisions come, fail, and go. */
export const revisionClaims: readonly Claim[] = [
  {
    id: 'revision.new',
    statement:
      'a changed template makes a revision, which takes the traffic that goes to the latest; the same template makes none',
    source: 'revision.proto; service.proto, `traffic`',
    strength: 'documented',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      const before = await service.read();
      const same = await service.change({ template: before.template ?? {} }, ['template']);
      const other = await service.change({ template: newTemplate(before, 'other') }, ['template']);
      const [was, stayed, is] = [before, same, other].map((one) => shortName(one.latestReadyRevision));
      return holds(was === stayed && is !== was, `${was}, then ${stayed}, then ${is}`);
    }),
  },
  {
    id: 'revision.immutable',
    statement: 'a revision never changes',
    source: 'revision.proto',
    strength: 'documented',
    check: { none: 'the API has no call that would change one' },
  },
  {
    id: 'revision.fails',
    statement:
      'an update whose revision does not get ready ends in an error; the traffic stays where it was, the condition Ready is CONDITION_FAILED, and `observedGeneration` stays behind',
    source: 'service.proto, `reconciling`; many reports of the error’s text',
    strength: 'documented',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const before = await service.read();
      const containers = newTemplate(before, 'fails').containers.map((container) => ({
        ...container,
        // No program: the container cannot start.
        command: ['/dev/null'],
      }));
      let ended = 'it ended well';
      try {
        await service.change({ template: { ...newTemplate(before, 'fails'), containers } }, ['template']);
      } catch (error) {
        if (!(error instanceof OperationFailedError)) throw error;
        ended = `it ended in error ${error.code}`;
      }
      await pause(1);
      const after = await service.read();
      const state = String(after.terminalCondition?.state);
      const [observed, is] = [Number(after.observedGeneration), Number(after.generation)];
      return holds(
        ended !== 'it ended well' &&
          state === 'CONDITION_FAILED' &&
          after.latestReadyRevision === before.latestReadyRevision &&
          observed < is,
        `${ended}; ${state}, generation ${is}, observed ${observed}`,
      );
    }),
  },
  {
    id: 'revision.goes-back',
    statement: 'after an operation that ended in error `traffic` and `scaling` are what they were before it',
    source: 'none',
    strength: 'assumed',
    check: { none: 'it takes an operation on traffic that fails, and those are refused before they begin' },
  },
  {
    id: 'revision.name-taken',
    statement: 'a template that names a revision that exists and is another is ALREADY_EXISTS',
    source: 'python-run, issue 123; terraform-provider-google, issue 14569',
    strength: 'live write-up',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const template = { ...newTemplate(await service.read(), 'taken'), revision: service.older };
      const { code, said } = await steadily(pause, async () => {
        const operation = await service.begin({ template }, ['template']);
        await untilDone(() => service.look(operation), pause);
      });
      return holds(code === 'ALREADY_EXISTS', `answered ${said}`);
    }),
  },
  {
    id: 'revision.order',
    statement: 'revisions are listed newest first',
    source: 'revision.proto, ListRevisions',
    strength: 'documented',
    check: by(['service'], async ({ canaries, clients }) => {
      const service = await canaries.service();
      const [revisions] = await clients.revisions.listRevisions({ parent: service.name });
      const times = revisions.map(({ createTime }) => Number(createTime?.seconds));
      const sorted = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? 0));
      return holds(sorted && times.length > 1, `${times.length} revisions, ${sorted ? '' : 'not '}in that order`);
    }),
  },
  {
    id: 'revision.page-token',
    statement: 'a page token of another list is INVALID_ARGUMENT; without a page size there are up to 1000 in a page',
    source: 'service.proto, revision.proto; the page size is a guess',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, clients }) => {
      const { name } = await canaries.service();
      const list = (request: object) =>
        clients.revisions.listRevisions({ parent: name, ...request }, { autoPaginate: false });
      const [, , answer] = await list({ pageSize: 1 });
      const pageToken = answer.nextPageToken ?? '';
      if (pageToken === '') throw new NotCheckedError('a page of one revision had no page after it');
      const { code, said } = await answered(() =>
        clients.services.listServices(
          { parent: name.slice(0, name.indexOf('/services/')), pageToken, pageSize: 1 },
          { autoPaginate: false },
        ),
      );
      return holds(code === 'INVALID_ARGUMENT', `answered ${said}`);
    }),
  },
  refusedDeletion('revision.delete-latest', 'the latest revision cannot be deleted: FAILED_PRECONDITION', {
    source: 'a user’s report of the error’s text',
    strength: 'live write-up',
    prepare: async ({ canaries }) => shortName((await (await canaries.service()).read()).latestCreatedRevision),
  }),
  refusedDeletion('revision.delete-serving', 'a revision that has traffic cannot be deleted: FAILED_PRECONDITION', {
    source: 'none: the rule is not documented',
    strength: 'assumed',
    prepare: async ({ canaries }) => {
      const service = await canaries.service();
      await service.change({ traffic: [to(service.older)] }, ['traffic']);
      return service.older;
    },
  }),
  refusedDeletion('revision.delete-tagged', 'a revision that has a tag cannot be deleted: FAILED_PRECONDITION', {
    source: 'none: the rule is not documented',
    strength: 'assumed',
    prepare: async ({ canaries }) => {
      const service = await canaries.service();
      await service.change({ traffic: [to(service.newer), { ...to(service.older, 0), tag: 'kept' }] }, ['traffic']);
      return service.older;
    },
  }),
  {
    id: 'revision.deleted',
    statement: 'a deleted revision is NOT_FOUND when the operation is done',
    source: 'service.proto, DeleteRevision; that it is so at once is a guess',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, clients, pause }) => {
      const service = await canaries.service();
      const spare = await service.change({ template: newTemplate(await service.read(), 'spare') }, ['template']);
      await service.change({ template: newTemplate(spare, 'after the spare') }, ['template']);
      await pause(10);
      const name = spare.latestReadyRevision ?? '';
      const [operation] = await clients.revisions.deleteRevision({ name });
      await untilDone(() => service.look(operation.name ?? ''), pause);
      const { code, said } = await answered(() => clients.revisions.getRevision({ name }));
      return holds(code === 'NOT_FOUND', `answered ${said}`);
    }),
  },
  {
    id: 'revision.deleted-instances',
    statement: 'a deleted revision takes its idle instances with it, after their time of grace',
    source: 'none',
    strength: 'assumed',
    check: { none: 'the counts of a revision end with it' },
  },
];

function refusedDeletion(
  id: string,
  statement: string,
  {
    prepare,
    ...founded
  }: Pick<Claim, 'source' | 'strength'> & { readonly prepare: (ground: Ground) => Promise<string> },
): Claim {
  return {
    id,
    statement,
    ...founded,
    check: by(['service'], async (ground) => {
      const { name, look } = await ground.canaries.service();
      const revision = await prepare(ground);
      const { code, said } = await answered(async () => {
        const [operation] = await ground.clients.revisions.deleteRevision({ name: `${name}/revisions/${revision}` });
        await untilDone(() => look(operation.name ?? ''), ground.pause);
      });
      return holds(code === 'FAILED_PRECONDITION', `answered ${said}`);
    }),
  };
}
