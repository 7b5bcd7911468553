import { protos } from '@google-cloud/run';
import { answered } from '../answers.ts';
import { untilDone } from '../canaries/canary.ts';
import type { ServiceCanary } from '../canaries/service-canary.ts';
import { by, type Claim, goes, holds } from '../claim.ts';
import { NotCheckedError, noResponder } from '../errors.ts';
import type { Ground } from '../ground.ts';

/** An etag that no version has. */
const noEtag = '"THIS-IS-NO-ETAG"';
/** Field numbers and paths that no version of the API has. */
const noPath = 'no_such_field_of_a_service';
const mayUpdate = 'run.services.update';

/** How Cloud Run takes an update of a service in. */
export const updateClaims: readonly Claim[] = [
  {
    id: 'service.operation',
    statement:
      'UpdateService answers a long-running operation; when it is done, the service shows the change, and `observedGeneration` is `generation`, one more than before',
    source: 'k8s-config-connector, recorded runservicebasic (2024-04); service.proto, `reconciling`',
    strength: 'recorded',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      const before = await service.read();
      const after = await service.change({ description: 'checked' }, ['description']);
      const [was, is, observed] = [before.generation, after.generation, after.observedGeneration].map(Number);
      return holds(
        is === Number(was) + 1 && observed === is && after.description === 'checked',
        `generation ${was} before, ${is} after, observed ${observed}`,
      );
    }),
  },
  {
    id: 'service.operation-generation',
    statement:
      'the operation of an update has the service in its metadata, with the `generation` that this update made: so its own change is told from one of somebody else that came in between',
    source: 'k8s-config-connector, recorded runservicebasic (2024-04)',
    strength: 'recorded',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const before = await service.read();
      const operation = await tryBegin(service, { description: 'counted' }, ['description'], pause);
      const { metadata } = await service.look(operation);
      await untilDone(() => service.look(operation), pause);
      const bytes = metadata?.value;
      const said =
        bytes instanceof Uint8Array ? protos.google.cloud.run.v2.Service.decode(bytes).generation : undefined;
      const [was, made] = [Number(before.generation), Number(String(said ?? 'none'))];
      return holds(made === was + 1, `generation ${was} before, ${said === undefined ? 'none' : made} in the metadata`);
    }),
  },
  {
    id: 'service.reconciling',
    statement:
      'until an update is done `reconciling` is true and `observedGeneration` is the old one, while `generation` and what was asked for are the new',
    source: 'k8s-config-connector, recorded runservicebasic (2024-04); service.proto, `reconciling`',
    strength: 'recorded',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const before = await service.read();
      const operation = await tryBegin(service, { template: newTemplate(before, 'reconciling') }, ['template'], pause);
      const during = await service.read();
      await untilDone(() => service.look(operation), pause);
      const [was, is, observed] = [before.generation, during.generation, during.observedGeneration].map(Number);
      return holds(
        during.reconciling === true && is === Number(was) + 1 && observed === was,
        `reconciling ${during.reconciling}, generation ${is}, observed ${observed}`,
      );
    }),
  },
  {
    id: 'service.update-time',
    statement:
      'an update takes 5 to 25 s; meanwhile the condition Ready is CONDITION_PENDING and `latestCreatedRevision` the old one',
    source: 'k8s-config-connector, recorded runservicebasic (2024-04); shakedown, infra/gcp/README (2026-10)',
    strength: 'recorded',
    reality: { name: 'update', way: 'pending' },
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const before = await service.read();
      const operation = await tryBegin(service, { template: newTemplate(before, 'time') }, ['template'], pause);
      const during = await service.read();
      const state = String(during.terminalCondition?.state);
      const old = during.latestCreatedRevision === before.latestCreatedRevision;
      let seconds = 0;
      await untilDone(
        () => service.look(operation),
        async (wait) => {
          seconds += wait;
          await pause(wait);
        },
      );
      const slow = seconds > 2;
      return goes(
        state === 'CONDITION_PENDING' && old ? 'pending' : slow ? 'reconciling' : 'quick',
        `about ${seconds} s, ${state}, latestCreatedRevision ${old ? 'the old one' : 'the new one'}`,
      );
    }),
  },
  {
    id: 'service.etag',
    statement: 'an UpdateService with a mask is carried out whatever etag it carries',
    source: 'after-hours-site-continuity-fleet, gate d3a (2026-08): stale and invalid ones were accepted',
    strength: 'live write-up',
    reality: { name: 'etag', way: 'ignored' },
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const { code, said } = await steadily(pause, (attempt) =>
        service.begin({ etag: noEtag, description: `etag ${attempt}` }, ['description']),
      );
      if (code === 'ABORTED') return goes('enforced', `an update with the etag ${noEtag} was ABORTED each time`);
      return goes(code === 'OK' ? 'ignored' : code, `an update with the etag ${noEtag} answered ${said}`);
    }),
  },
  {
    id: 'service.etag-unmasked',
    statement: 'an UpdateService without a mask, with the etag of another version, is ABORTED',
    source: 'for v1 recorded (`Conflict for resource …`); for v2 without a mask none',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const whole = await service.read();
      const { code, said } = await steadily(pause, () => service.begin({ ...whole, etag: noEtag }, []));
      return holds(code === 'ABORTED', `answered ${said}`);
    }),
  },
  {
    id: 'service.etag-changes',
    statement: 'the etag changes with each modification',
    source: 'k8s-config-connector, recorded runservicebasic (2024-04)',
    strength: 'recorded',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      const before = await service.read();
      const after = await service.change({ description: 'another' }, ['description']);
      return holds(before.etag !== after.etag, before.etag === after.etag ? 'it stayed' : 'it changed');
    }),
  },
  {
    id: 'service.aborted',
    statement: 'an update is ABORTED now and then though nobody else has changed anything',
    source: 'reports of a platform’s own reconciliation; Temporal’s autoscaling provider tries again for it',
    strength: 'live write-up',
    reality: { name: 'aborted', way: 'now-and-then' },
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const codes: string[] = [];
      for (let attempt = 1; attempt <= 10; attempt += 1) {
        const { code } = await answered(async () => {
          const operation = await service.begin({ description: `attempt ${attempt}` }, ['description']);
          await untilDone(() => service.look(operation), pause);
        });
        codes.push(code);
      }
      const aborted = codes.filter((code) => code === 'ABORTED').length;
      return goes(aborted > 0 ? 'now-and-then' : 'never', `${aborted} of ${codes.length} updates`);
    }),
  },
  {
    id: 'service.validate-only',
    statement: '`validateOnly` answers a done operation and keeps nothing',
    source: 'service.proto, `validate_only`; cloud-run-mcp deploys by it; that the operation is done is a guess',
    strength: 'assumed',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      const before = await service.read();
      const { code, said } = await answered(() => service.begin({ description: 'only tried' }, ['description'], true));
      const after = await service.read();
      return holds(
        code === 'OK' &&
          after.description === before.description &&
          Number(after.generation) === Number(before.generation),
        `answered ${said}; generation ${Number(before.generation)} before and ${Number(after.generation)} after`,
      );
    }),
  },
  {
    id: 'service.no-mask',
    statement: 'an update without a mask writes every field: what is left out is lost',
    source: 'shakedown, infra/gcp/README (2026-10); the Terraform provider sends none',
    strength: 'live write-up',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      const { description, ...whole } = await service.change({ description: 'to be lost' }, ['description']);
      const after = await service.change({ ...whole, etag: '' }, []);
      return holds(
        description === 'to be lost' && after.description === '',
        `the description is '${after.description}'`,
      );
    }),
  },
  {
    id: 'service.mask',
    statement: 'an update with a mask leaves all other fields as they are; sub-paths in snake_case are taken',
    source: 'shakedown, after-hours-site-continuity-fleet (REST); for gRPC by the rule of masks',
    strength: 'live write-up',
    check: by(['service'], async ({ canaries }) => {
      const service = await canaries.service();
      await service.change({ description: 'to be kept' }, ['description']);
      const after = await service.change({ scaling: { maxInstanceCount: 3 } }, ['scaling.max_instance_count']);
      return holds(
        after.description === 'to be kept' && after.scaling?.maxInstanceCount === 3,
        `max ${after.scaling?.maxInstanceCount}, description '${after.description}'`,
      );
    }),
  },
  {
    id: 'service.unknown-path',
    statement: 'a mask with a path that nobody knows makes the update a write of every field',
    source: 'google-cloud-python, issue 14259 (a camelCase path over gRPC); one thread only',
    strength: 'live write-up',
    reality: { name: 'unknown-path', way: 'full-write' },
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const { description: _, ...whole } = await service.change({ description: 'to be lost' }, ['description']);
      const { code, said } = await steadily(pause, async () => {
        const operation = await service.begin({ ...whole, etag: '' }, [noPath]);
        await untilDone(() => service.look(operation), pause);
      });
      if (code === 'INVALID_ARGUMENT') return goes('refused', `answered ${said}`);
      const after = await service.read();
      return goes(
        after.description === '' ? 'full-write' : 'ignored-path',
        `answered ${code}; the description is '${after.description}'`,
      );
    }),
  },
  {
    id: 'service.modifier',
    statement: '`lastModifier` is who made the last change',
    source: 'service.proto, `last_modifier`',
    strength: 'documented',
    check: by(['service'], async ({ canaries }) => {
      const { creator, lastModifier } = await (
        await canaries.service()
      ).change({ description: 'mine' }, ['description']);
      return holds(
        lastModifier === creator && lastModifier?.includes('@') === true,
        `created by ${creator}, changed by ${lastModifier}`,
      );
    }),
  },
  {
    id: 'service.permissions',
    statement:
      'every update of a service, job or worker pool, of traffic or a label alone too, needs `iam.serviceAccounts.actAs` on the account that it runs as and `artifactregistry.repositories.downloadArtifacts` on its images, else it is PERMISSION_DENIED; a validation as well',
    source:
      'after-hours-site-continuity-fleet, gate c (2026-08); cloud-run-release-manager, issue 81; SwarmCloud, proof W0b (2026-10); of a validation none',
    strength: 'live write-up',
    reality: { name: 'update-permissions', way: 'asked' },
    check: by(['service', 'responder'], permissions),
  },
  {
    id: 'service.test-permissions',
    statement:
      'TestIamPermissions (of services, worker pools, service accounts, repositories) answers those of the permissions that the caller has, and asks for none itself',
    source:
      'google/iam/v1/iam_policy.proto; google/iam/admin/v1/iam.proto; that an account in nobody’s project is an empty answer is a guess',
    strength: 'documented',
    check: by(['service'], async ({ canaries, clients }) => {
      const { name } = await canaries.service();
      const [{ permissions: has }] = await clients.services.testIamPermissions({
        resource: name,
        permissions: [mayUpdate],
      });
      return holds(has?.join() === mayUpdate, `asked for ${mayUpdate} it answers ${has?.join() || 'nothing'}`);
    }),
  },
];

/** An update of traffic as it is, by an identity that may update services and not act as the service's account. */
async function permissions({ canaries, responder, pause }: Ground) {
  if (responder === undefined) throw noResponder();
  const { name, read } = await canaries.service();
  const { template, traffic } = await read();
  const account = template?.serviceAccount ?? '';
  const [granted] = await responder.services.testIamPermissions({ resource: name, permissions: [mayUpdate] });
  if (granted.permissions?.includes(mayUpdate) !== true)
    throw new NotCheckedError(`the second identity lacks ${mayUpdate}: its refusal would say nothing`);
  if (await responder.mayActAs(account))
    throw new NotCheckedError('the second identity may act as the canary’s account: what it may do would say nothing');
  const { code, said } = await steadily(
    pause,
    () =>
      responder.services.updateService({
        service: { name, traffic: traffic ?? [] },
        updateMask: { paths: ['traffic'] },
      }),
    'answers',
  );
  return goes({ OK: 'not-asked', PERMISSION_DENIED: 'asked' }[code] ?? code, `without actAs it answered ${said}`);
}

/** The same template with another variable: a revision of its own. */
export function newTemplate({ template }: Awaited<ReturnType<ServiceCanary['read']>>, value: string) {
  const [container] = template?.containers ?? [];
  return {
    ...template,
    revision: '',
    containers: [{ ...container, command: [], env: [{ name: 'CONTRACT_REVISION', value }] }],
  };
}

/** Begins an update, again where it is ABORTED. */
async function tryBegin(
  service: ServiceCanary,
  change: Parameters<ServiceCanary['begin']>[0],
  paths: readonly string[],
  pause: (seconds: number) => Promise<void>,
): Promise<string> {
  let operation = '';
  const { code, said } = await steadily(pause, async () => {
    operation = await service.begin(change, paths);
  });
  if (code !== 'OK') throw new Error(`an update answered ${said}`);
  return operation;
}

/** How a call is answered, three times where it is ABORTED: once or twice that comes without anybody's change. */
export async function steadily(
  pause: (seconds: number) => Promise<void>,
  call: (attempt: number) => Promise<unknown>,
  denials: 'thrown' | 'answers' = 'thrown',
) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await answered(() => call(attempt), denials);
    if (answer.code !== 'ABORTED' || attempt === 3) return answer;
    await pause(2);
  }
}
