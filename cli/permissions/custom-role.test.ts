import { expect, test } from 'vitest';
import { googleRoles } from '../../model/permissions.ts';
import { runFirebreak } from '../test/run-firebreak.ts';
import { customRole, roleYaml } from './custom-role.ts';

test.each(googleRoles)('the role of %s is a file as gcloud takes it, within its limits', (role) => {
  const { title, description, stage, includedPermissions } = customRole(role);
  const lines = roleYaml(role)
    .split('\n')
    .map((line) => line.replace(/(^| )#.*$/, ''));
  expect(lines.filter((line) => line !== '')).toEqual([
    `title: "${title}"`,
    `description: "${description}"`,
    `stage: ${stage}`,
    'includedPermissions:',
    ...includedPermissions.map((permission) => `- ${permission}`),
  ]);
  expect(title.length).toBeLessThanOrEqual(100);
  expect(description.length).toBeLessThanOrEqual(256);
  expect(includedPermissions).not.toEqual([]);
});

test('no role may do everything: what reads changes nothing, and only one role each sets policies and deletes', () => {
  const granted = (role: (typeof googleRoles)[number], pattern: RegExp) =>
    customRole(role).includedPermissions.filter((permission) => pattern.test(permission));
  expect(granted('observe', /^run\..*(update|delete|cancel|set|create|run$)/)).toEqual([]);
  expect(granted('respond', /delete|setIamPolicy/)).toEqual([]);
  expect(granted('respond-iam', /delete|update|cancel/)).toEqual([]);
  expect(granted('destructive', /update|cancel|setIamPolicy/)).toEqual([]);
  for (const role of googleRoles) expect(granted(role, /actAs|\*|\.admin/)).toEqual([]);
});

test('firebreak permissions says what updates ask for besides, what that opens, and where operations are looked up', async () => {
  const yaml = await runFirebreak(['permissions', '--role', 'respond']);
  expect(yaml).toMatchObject({ code: 0, stderr: '' });
  expect(yaml.stdout).toContain('Every update, also of traffic alone, asks besides for iam.serviceAccounts.actAs');
  expect(yaml.stdout).toContain('artifactregistry.repositories.downloadArtifacts');
  expect(yaml.stdout).toContain('actAs is an escalation');
  expect(yaml.stdout).toContain('run.operations.get counts on the project only');
  const { stdout } = await runFirebreak(['permissions', '--role', 'respond', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ ...customRole('respond'), unverified: [] });
  expect((await runFirebreak(['permissions', '--role', 'observe'])).stdout).toMatch(
    /securitycenter\.findings\.list # unverified/,
  );
  for (const role of ['cases', 'archive']) expect((await runFirebreak(['permissions', '--role', role])).code).toBe(2);
  const { stdout: help } = await runFirebreak(['permissions', '--help']);
  expect(help.replace(/\s+/g, ' ')).toContain('the roles cases, virustotal and archive call no Google API');
});
