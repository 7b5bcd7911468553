import type { JobsClient, protos } from '@google-cloud/run';
import { answered } from '../answers.ts';
import { by, type Claim, goes, holds } from '../claim.ts';
import { NotCheckedError } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { addressOfTag, moved, to } from './cloud-run-traffic.ts';
import { steadily } from './cloud-run-updates.ts';

type Policy = protos.google.iam.v1.IPolicy;

const invoker = 'roles/run.invoker';
/** Until the first of January 2100: a condition that changes nothing. */
const condition = { title: 'firebreak-contract', expression: 'request.time < timestamp("2100-01-01T00:00:00Z")' };

/** Who gets through, and how that is written. */
export const policyClaims: readonly Claim[] = [
  {
    id: 'policy.own',
    statement: 'GetIamPolicy shows the resource’s own bindings, none that it inherits',
    source: 'service.proto, GetIamPolicy',
    strength: 'documented',
    check: by(['job'], async ({ canaries, clients }) => {
      const { bindings } = await policyOf(clients.jobs, (await canaries.job()).name);
      return holds((bindings ?? []).length === 0, `a new job has ${bindings?.length ?? 0} bindings`);
    }),
  },
  {
    id: 'policy.etag',
    statement: 'SetIamPolicy replaces the bindings, and is ABORTED where they changed since its etag was given',
    source: 'k8s-config-connector, test helper for `There were concurrent policy changes`; google/iam/v1/policy.proto',
    strength: 'live write-up',
    check: by(['job'], async ({ canaries, clients }) => {
      const { name } = await canaries.job();
      const first = await policyOf(clients.jobs, name);
      await clients.jobs.setIamPolicy({ resource: name, policy: { ...first, bindings: [binding('allUsers')] } });
      const second = await policyOf(clients.jobs, name);
      await clients.jobs.setIamPolicy({ resource: name, policy: { ...second, bindings: [] } });
      const { code, said } = await answered(() =>
        clients.jobs.setIamPolicy({ resource: name, policy: { ...second, bindings: [binding('allUsers')] } }),
      );
      await clients.jobs.setIamPolicy({ resource: name, policy: { bindings: [] } });
      return holds(code === 'ABORTED' && second.bindings?.length === 1, `a stale etag answered ${said}`);
    }),
  },
  {
    id: 'policy.conditions',
    statement:
      'a policy with conditions that is not asked for in version 3 comes in version 1, its conditional roles as `ROLE_withcond_HASH`',
    source: 'google/iam/v1/options.proto; IAM documentation, "Policy versions"',
    strength: 'documented',
    check: by(['job'], (ground) =>
      withCondition(ground, async (name) => {
        const plain = await policyOf(ground.clients.jobs, name, 1);
        const whole = await policyOf(ground.clients.jobs, name, 3);
        const roles = [plain, whole].map(({ bindings }) => bindings?.[0]?.role ?? '');
        return holds(
          roles[0]?.startsWith(`${invoker}_withcond_`) === true && roles[1] === invoker && whole.version === 3,
          `in version 1 ${roles[0]}, in version 3 ${roles[1]}`,
        );
      }),
    ),
  },
  {
    id: 'policy.conditions-written',
    statement:
      'writing conditions, or over them with an etag, takes version 3, else it is INVALID_ARGUMENT; so is writing a `_withcond_` role',
    source: 'google/iam/v1/policy.proto; the codes are a guess',
    strength: 'assumed',
    check: by(['job'], (ground) =>
      withCondition(ground, async (name) => {
        const { jobs } = ground.clients;
        const plain = await policyOf(jobs, name, 1);
        const back = await answered(() => jobs.setIamPolicy({ resource: name, policy: plain }));
        const whole = await policyOf(jobs, name, 3);
        const old = await answered(() => jobs.setIamPolicy({ resource: name, policy: { ...whole, version: 1 } }));
        return holds(
          back.code === 'INVALID_ARGUMENT' && old.code === 'INVALID_ARGUMENT',
          `the short form answered ${back.code}, conditions in version 1 ${old.code}`,
        );
      }),
    ),
  },
  {
    id: 'policy.in-force',
    statement: 'a changed policy is in force after minutes',
    source: 'IAM documentation, "Access change propagation" (2 minutes, up to 7 or more); measured 14 s to 121 s',
    strength: 'documented',
    reality: { name: 'iam-change', way: 'late' },
    check: by(['service'], async ({ canaries, clients, pause, ask }) => {
      const service = await canaries.service();
      const address = await service.open();
      await clients.services.setIamPolicy({ resource: service.name, policy: { bindings: [] } });
      const off = await until(403, () => ask(address), pause);
      await clients.services.setIamPolicy({ resource: service.name, policy: { bindings: [binding('allUsers')] } });
      const on = await until(200, () => ask(address), pause);
      return goes(off > 5 || on > 5 ? 'late' : 'at-once', `refused after ${off} s, let in again after ${on} s`);
    }),
  },
  {
    id: 'policy.inherited',
    statement:
      'who may invoke by the policy of the project, a folder or the organization gets through, and is in no answer',
    source: 'service.proto, GetIamPolicy',
    strength: 'documented',
    check: { none: 'it would open every service of the project' },
  },
  {
    id: 'ingress.open',
    statement:
      'anyone on the internet gets through while ingress is ALL and allUsers may invoke; with internal ingress the answer is a 404, by the address of a tag too',
    source: 'pages "Restrict network ingress", "Managing access"; of tags none',
    strength: 'documented',
    check: by(['service'], async ({ canaries, pause, ask }) => {
      const service = await canaries.service();
      const address = await service.open();
      const tagged = await service.change(
        {
          ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
          traffic: [to(service.newer), { ...to(service.older, 0), tag: 'inside' }],
        },
        ['ingress', 'traffic'],
      );
      await pause(moved);
      const statuses = [(await ask(address)).status, (await ask(addressOfTag(tagged))).status];
      return holds(
        statuses.join() === '404,404',
        `by the default address ${statuses[0]}, by that of a tag ${statuses[1]}`,
      );
    }),
  },
  {
    id: 'ingress.default-address',
    statement: 'a default address that is disabled is a 404, and takes those of tags with it',
    source: 'page "Disable the default URL"; of tags none',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, pause, ask }) => {
      const service = await canaries.service();
      const address = await service.open();
      const tagged = await service.change({ traffic: [to(service.newer), { ...to(service.older, 0), tag: 'out' }] }, [
        'traffic',
      ]);
      await service.change({ defaultUriDisabled: true }, ['default_uri_disabled']);
      await pause(moved);
      const statuses = [(await ask(address)).status, (await ask(addressOfTag(tagged))).status];
      return holds(statuses.join() === '404,404', `the default address ${statuses[0]}, that of a tag ${statuses[1]}`);
    }),
  },
  {
    id: 'ingress.none',
    statement: 'a service does not take INGRESS_TRAFFIC_NONE',
    source: 'service.proto has the value; none says what a service does with it',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, pause }) => {
      const service = await canaries.service();
      const { code, said } = await steadily(pause, () =>
        service.begin({ ingress: 'INGRESS_TRAFFIC_NONE' }, ['ingress']),
      );
      return holds(code === 'INVALID_ARGUMENT', `answered ${said}`);
    }),
  },
];

function binding(member: string) {
  return { role: invoker, members: [member] };
}

async function policyOf(jobs: JobsClient, resource: string, requestedPolicyVersion = 3): Promise<Policy> {
  const [policy] = await jobs.getIamPolicy({ resource, options: { requestedPolicyVersion } });
  return policy;
}

/** The job with a binding that has a condition, for its own account; without any after that. */
async function withCondition<T>({ canaries, clients }: Ground, use: (name: string) => Promise<T>): Promise<T> {
  const job = await canaries.job();
  const account = (await job.read()).template?.template?.serviceAccount ?? '';
  if (account === '') throw new NotCheckedError('the job does not say what it runs as: give --service-account');
  const { etag } = await policyOf(clients.jobs, job.name);
  await clients.jobs.setIamPolicy({
    resource: job.name,
    policy: { version: 3, bindings: [{ ...binding(`serviceAccount:${account}`), condition }], ...(etag && { etag }) },
  });
  try {
    return await use(job.name);
  } finally {
    await clients.jobs.setIamPolicy({ resource: job.name, policy: { version: 3, bindings: [] } });
  }
}

/** Seconds until a request is answered so. */
async function until(
  wanted: number,
  ask: () => Promise<{ readonly status: number }>,
  pause: (seconds: number) => Promise<void>,
): Promise<number> {
  for (let seconds = 0; seconds < 900; seconds += 5) {
    if ((await ask()).status === wanted) return seconds;
    await pause(5);
  }
  throw new NotCheckedError(`a request was not answered ${wanted} in 15 minutes`);
}
