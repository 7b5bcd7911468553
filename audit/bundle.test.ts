import { createHash } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { workflowBundle } from '../worker/bundle.ts';
import { auditedWorkflows } from './test/audited-bench.ts';

test('the build id is the sha256 of the code, and stays the same from one start to the next', async () => {
  const { code, buildId } = await workflowBundle(auditedWorkflows);
  expect(buildId).toBe(createHash('sha256').update(code).digest('hex'));
  expect(await workflowBundle(auditedWorkflows)).toEqual({ code, buildId });
});

test('the bundle of the cases names no folder of this machine, neither in its code nor in its lines', async () => {
  const { code } = await workflowBundle();
  const [, map = ''] = code.split('sourceMappingURL=data:application/json;charset=utf-8;base64,');
  const lines = Buffer.from(map, 'base64').toString();
  expect(JSON.parse(lines)).toMatchObject({
    file: 'workflows.js',
    sources: expect.arrayContaining(['./workflows/respond-to-finding.ts']),
  });
  const root = fileURLToPath(new URL('..', import.meta.url));
  for (const text of [code, lines]) {
    for (const folder of [root, `${homedir()}/`, `${tmpdir()}/`, `${process.cwd()}/`])
      expect(text.includes(folder)).toBe(false);
  }
  expect(lines).not.toContain('sourcesContent');
});
