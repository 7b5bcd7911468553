import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePortBase } from '../local/ports.ts';
import { projectsClient } from '../runtime/google-clients.ts';
import type { ProjectPolicy } from '../sandbox/resource-manager/project-policies.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { logDeletionJudge } from './log-deletion.ts';

const project = 'rhea-prod-4421';
const account = `web@${project}.iam.gserviceaccount.com`;
const member = `serviceAccount:${account}`;
const condition = { title: 'office hours', expression: 'request.time.getHours() < 18' };

let sandbox: Sandbox;
let projects: Awaited<ReturnType<typeof projectsClient>>;
beforeAll(async () => {
  sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off' });
  projects = await projectsClient({ host: '127.0.0.1', port: sandbox.basePort });
});
afterAll(async () => {
  await projects.close();
  await sandbox.close();
});

function judge(bindings: ProjectPolicy['bindings']) {
  sandbox.control.seedProjectPolicy({ project, bindings });
  return logDeletionJudge(projects)(project, account);
}

test.each([
  ['roles/owner', 'logging.logs.delete'],
  ['roles/editor', 'logging.logs.delete'],
  ['roles/admin', 'logging.logs.delete'],
  ['roles/writer', 'logging.logs.delete'],
  ['roles/logging.admin', 'logging.logs.delete'],
  ['roles/logging.configWriter', 'logging.buckets.delete'],
  ['roles/resourcemanager.projectIamAdmin', 'it can give itself any role'],
])('an account with %s can delete logs, and it is said by which right', async (role, right) => {
  const answer = await judge([{ role, members: ['user:mira@example.com', member] }]);
  expect(answer).toMatchObject({ status: 'answered', value: { may: true, reason: expect.stringContaining(right) } });
});

test('an account that has only roles known to delete nothing has no right to by that policy; they are named', async () => {
  const bindings = [
    { role: 'roles/owner', members: ['user:mira@example.com', `serviceAccount:not-${account}`] },
    { role: 'roles/run.invoker', members: [member] },
    { role: 'roles/logging.viewer', members: ['group:all@example.com'] },
  ];
  expect(await judge(bindings)).toMatchObject({
    status: 'answered',
    value: { may: false, reason: expect.stringContaining('its roles on the project are roles/run.invoker') },
  });
  expect(await judge(bindings.slice(0, 1))).toMatchObject({
    status: 'answered',
    value: { may: false, reason: 'it has no role on the project' },
  });
});

test.each([
  [
    'a custom role',
    [{ role: `projects/${project}/roles/janitor`, members: [member] }],
    'janitor allows it is not read',
  ],
  [
    'a role that is not known here',
    [
      { role: 'roles/run.invoker', members: [member] },
      { role: 'roles/iam.serviceAccountTokenCreator', members: [member] },
    ],
    'what roles/iam.serviceAccountTokenCreator allows it is not read',
  ],
  [
    'such a role on a condition',
    [{ role: 'roles/run.admin', members: [member], condition }],
    'roles/run.admin on a condition',
  ],
  [
    'such a role of a group',
    [{ role: 'roles/run.admin', members: ['group:web@example.com'] }],
    'group:web@example.com, who have roles/run.admin',
  ],
  ['a role on a condition', [{ role: 'roles/editor', members: [member], condition }], 'on a condition'],
  ['a group with the role', [{ role: 'roles/editor', members: ['group:web@example.com'] }], 'group:web@example.com'],
])('%s makes it not known, and never no', async (_, bindings, reason) => {
  expect(await judge(bindings)).toEqual({ status: 'failed', reason: expect.stringContaining(reason) });
});

test.each(['PERMISSION_DENIED', 'UNAVAILABLE', 'UNIMPLEMENTED'])(
  'an answer of %s makes it not known, is not tried again, and says why',
  async (code) => {
    sandbox.control.clearCalls();
    sandbox.control.fault({ method: 'Projects/GetIamPolicy', code });
    expect(await judge([])).toEqual({ status: 'failed', reason: expect.stringContaining(code) });
    expect(sandbox.control.calls({ method: 'Projects/GetIamPolicy' })).toHaveLength(1);
  },
);

test('cases that ask together about accounts of one project cost one call', async () => {
  sandbox.control.seedProjectPolicy({ project, bindings: [{ role: 'roles/editor', members: [member] }] });
  sandbox.control.clearCalls();
  const ask = logDeletionJudge(projects);
  const answers = await Promise.all(
    [account, account, `other@${project}.iam.gserviceaccount.com`].map((one) => ask(project, one)),
  );
  expect(answers.map((answer) => answer.status === 'answered' && answer.value.may)).toEqual([true, true, false]);
  expect(sandbox.control.calls({ method: 'Projects/GetIamPolicy' })).toHaveLength(1);
});
