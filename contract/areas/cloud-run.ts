import { answered } from '../answers.ts';
import { type Area, by, type Claim, holds } from '../claim.ts';
import { NotCheckedError } from '../errors.ts';
import { instanceClaims, instanceResourceClaims } from './cloud-run-instances.ts';
import { jobClaims } from './cloud-run-jobs.ts';
import { policyClaims } from './cloud-run-policies.ts';
import { poolClaims } from './cloud-run-pools.ts';
import { revisionClaims } from './cloud-run-revisions.ts';
import { scalingClaims } from './cloud-run-scaling.ts';
import { trafficClaims } from './cloud-run-traffic.ts';
import { updateClaims } from './cloud-run-updates.ts';

const names: readonly Claim[] = [
  {
    id: 'service.defaults',
    statement:
      'what a deployer leaves out is filled in: the default compute account, a timeout, a concurrency, resources, a port, a startup probe',
    source: 'k8s-config-connector, recorded runservicebasic (2024-04) and runjob (2025-12); of worker pools none',
    strength: 'recorded',
    check: by(['service'], async ({ canaries }) => {
      const { template } = await (await canaries.service()).read();
      const [container] = template?.containers ?? [];
      const missing = Object.entries({
        account: template?.serviceAccount,
        timeout: template?.timeout,
        concurrency: template?.maxInstanceRequestConcurrency,
        resources: container?.resources?.limits,
        port: container?.ports?.[0]?.containerPort,
        probe: container?.startupProbe,
      }).flatMap(([name, value]) =>
        value === undefined || value === null || value === '' || value === 0 ? [name] : [],
      );
      return holds(
        missing.length === 0,
        missing.length === 0 ? 'all were filled in' : `not filled in: ${missing.join(', ')}`,
      );
    }),
  },
  {
    id: 'service.addresses',
    statement:
      'a service has two addresses, both in `urls`: one of the project’s number and region, one with a hash; `uri` is one of them',
    source: 'Terraform states that users published (2025)',
    strength: 'recorded',
    check: by(['service'], async ({ canaries }) => {
      const { urls, uri } = await (await canaries.service()).read();
      return holds(urls?.length === 2 && urls.includes(uri ?? ''), `${urls?.length ?? 0} addresses`);
    }),
  },
  {
    id: 'names.number',
    statement: 'names take the project’s id or its number; answers use the id',
    source: 'service.proto, GetServiceRequest.name; that answers use the id, also to a number, is a guess',
    strength: 'assumed',
    check: by(['service'], async ({ canaries, clients, project }) => {
      const { name, read } = await canaries.service();
      const number = (await read()).urls
        ?.map((url) => /-(\d{6,})\./.exec(url)?.[1])
        .find((found) => found !== undefined);
      if (number === undefined) throw new NotCheckedError('no address of the canary has the project’s number');
      const [byNumber] = await clients.services.getService({ name: name.replace(`/${project}/`, `/${number}/`) });
      return holds(byNumber.name === name, `asked by number it is ${byNumber.name}`);
    }),
  },
  {
    id: 'names.not-found',
    statement:
      "what does not exist is NOT_FOUND: `Resource 'X' of kind 'SERVICE' in region 'R' in project 'P' does not exist.`",
    source: 'k8s-config-connector, recorded runjob (2025-12)',
    strength: 'recorded',
    check: by([], async ({ clients, project, location }) => {
      const { code, said } = await answered(() =>
        clients.services.getService({ name: `projects/${project}/locations/${location}/services/no-such-service` }),
      );
      const text = `Resource 'no-such-service' of kind 'SERVICE' in region '${location}'`;
      return holds(code === 'NOT_FOUND' && said.includes(text), `answered ${said}`);
    }),
  },
  {
    id: 'names.deleted',
    statement:
      'a deleted resource is NOT_FOUND soon, its instances and executions get SIGTERM, its log lines stay; there is no way back',
    source:
      'k8s-config-connector, recorded runservicebasic (the operation is done after 0.8 s); service.proto, DeleteService',
    strength: 'recorded',
    check: {
      none: 'the canaries are needed to the end; that nothing is left of them is looked at when they are deleted',
    },
  },
];

/** Cloud Run, which the engine reads and changes. */
export const cloudRun: readonly Area[] = [
  {
    title: 'Cloud Run Admin (`google.cloud.run.v2`)',
    served:
      'Served: `Services` and `WorkerPools` create, get, list, update, delete, GetIamPolicy, SetIamPolicy, TestIamPermissions; `Jobs` the same and RunJob; `Executions` get, list, cancel, delete; `Instances` create, get, list, stop, start, delete; `Revisions` get, list, delete (of services and worker pools); `google.longrunning.Operations` GetOperation. Everything else answers UNIMPLEMENTED.',
    claims: [...names, ...updateClaims],
    own: [
      '`allowMissing` and `forceNewRevision` are refused.',
      'Lists are sorted by creation time, newest first.',
      'Reading: observe, respond, respond-iam, destructive, and the owners, who come by the publisher’s port. Updating and cancelling: respond; policies: respond-iam; deleting: destructive; the owners may do all of it, and alone create and run. Others: PERMISSION_DENIED that names the permission, in place of IAM.',
      '`lastModifier` is `firebreak-<role>@<project>.iam.gserviceaccount.com`: invented.',
      'Deletions and cancellations have their effect when they are accepted, and their operation is done a little later; one that was told to fail has none.',
      'An update takes 5 s, 25 s where its template names a network (`vpcAccess`), or `operationMilliseconds` of the seed; changes of one service take effect one after the other.',
      'A request by HTTP reaches the front end on the tenth port, by its Host header; only control routes, seeded attackers and that ask.',
    ],
  },
  {
    title: 'Revisions',
    claims: revisionClaims,
    own: [
      'A new revision of the same image is compromised as well.',
      'A container whose command is `/dev/null` does not start.',
    ],
  },
  { title: 'Traffic', claims: trafficClaims, own: [] },
  {
    title: 'Policies and ways in',
    claims: policyClaims,
    own: ['Inherited invokers (`inheritedInvokers` of a seed) are in no answer and count for who gets through.'],
  },
  { title: 'Scaling', claims: scalingClaims, own: [] },
  { title: 'Worker pools', claims: poolClaims, own: [] },
  {
    title: 'Jobs',
    claims: jobClaims,
    own: [
      'The compromise lives in the executions that have a container of the seeded image.',
      'An execution has one task and ends by itself after `runsSeconds` (a day by default); task timeouts and retries are not played.',
      'Overrides of RunJob are refused.',
      'An outside scheduler (`rerunEverySeconds`) runs a job again as long as `roles/run.invoker` has a member in its own policy.',
    ],
  },
  {
    title: 'Cloud Run instances, the resource',
    claims: instanceResourceClaims,
    own: [
      'There is no restart policy: what exits by itself is not played, nor the restart after about seven days (page "Configure restart policy for instances").',
    ],
  },
  {
    title: 'Instances of revisions',
    claims: instanceClaims,
    own: [
      'Instances are computed from the history of what was in force, never ticked: a restart or a jump of the clock changes nothing.',
      'A revision with traffic has at least one instance: requests always come.',
      'A compromised revision: every start of its instances opens the shell again, after `afterSeconds` (0 by default).',
      'The shell writes until its instance ends, through the whole time of grace: the worse case.',
    ],
  },
];
