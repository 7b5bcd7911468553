import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { contractWorld, switchClaims } from './test-contract.ts';

/** What makes a service, and takes a while. */
const onService = ['service.operation', 'service.mask', 'service.update-time', 'revision.new'];

test('in the world of the defaults no switch is contradicted', async () => {
  const { run, readReport } = await contractWorld();
  const { code, stderr } = await run('--yes', '--only', ...switchClaims);
  const { report } = await readReport();
  expect(report.reality, stderr).toEqual([]);
  expect({ code, contradicted: report.counts.contradicted }).toEqual({ code: 0, contradicted: 0 });
});

test('in another world exactly the switches that differ are contradicted, and said with their way', async () => {
  const { run, readReport } = await contractWorld({
    etag: 'enforced',
    'latest-status': 'named',
    'unknown-path': 'refused',
    'pool-zero': 'zero',
    aborted: 'never',
    update: 'quick',
  });
  const { code, stdout } = await run('--yes', '--only', ...switchClaims);
  const { report, page } = await readReport();
  expect(report.reality.toSorted()).toEqual([
    'aborted=never',
    'etag=enforced',
    'latest-status=named',
    'pool-zero=zero',
    'unknown-path=refused',
    'update=quick',
  ]);
  expect(code).toBe(1);
  for (const setting of report.reality) {
    expect(stdout).toContain(`--reality ${setting}`);
    expect(page).toContain(`--reality ${setting}`);
  }
});

test('without a terminal and without --yes nothing is made', async () => {
  const { run, canaries, sandbox } = await contractWorld();
  const { code, stderr } = await run();
  expect({ code, canaries: canaries() }).toEqual({ code: 2, canaries: [] });
  expect(stderr).toContain('--yes');
  expect(stderr).toContain('firebreak-contract=');
  expect(sandbox.control.calls({ method: 'Create' })).toEqual([]);
});

test('a claim that does not exist is wrong use', async () => {
  const { run } = await contractWorld();
  expect(await run('--yes', '--only', 'service.nothing')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('service.nothing'),
  });
});

test('told to stop, it deletes what it made, and says that it was stopped', async () => {
  const { args, environment, canaries, readReport } = await contractWorld();
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args, '--yes', '--only', ...onService], {
    env: { ...process.env, ...environment },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
    if (said.includes('service.operation')) child.kill('SIGTERM');
  });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  expect(await promise, said).toBe(1);
  expect((await readReport()).report.stopped).toBe(true);
  expect(canaries()).toEqual([]);
});

test('what a run that was killed has left is deleted by the next, which says so', async () => {
  const { args, environment, canaries, run } = await contractWorld();
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args, '--yes', '--only', ...onService], {
    env: { ...process.env, ...environment },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
    if (said.includes('service.operation')) child.kill('SIGKILL');
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('close', () => resolve());
  await promise;
  const left = canaries();
  expect(left.some((name) => name.includes('/services/'))).toBe(true);
  const { stderr } = await run('--yes', '--only', 'virustotal.unknown');
  for (const name of left) expect(stderr).toContain(name);
  expect(canaries()).toEqual([]);
});

test('what cannot be deleted is named, and the exit code says so', async () => {
  const { run, sandbox } = await contractWorld();
  sandbox.control.fault({ method: 'google.pubsub.v1.Publisher/DeleteTopic', code: 'INTERNAL', count: 1_000 });
  const { code, stdout } = await run('--yes', '--only', 'pubsub.ack-twice');
  expect(code).toBe(3);
  expect(stdout).toMatch(/NOT deleted: topic projects\/\S+\/topics\/firebreak-contract-/);
});

test('what may be left and cannot be looked for is named, and the exit code says so', async () => {
  const { run, sandbox } = await contractWorld();
  sandbox.control.fault({ method: 'google.pubsub.v1.Publisher/ListTopics', code: 'PERMISSION_DENIED', count: 1_000 });
  const { code, stdout } = await run('--yes', '--only', 'pubsub.ack-twice');
  expect(code).toBe(3);
  expect(stdout).toMatch(/NOT deleted: topic \(any that is labelled firebreak-contract=[0-9a-f]{8}\): .* not known/);
});

test('the report holds no project, region, address of a person or name', async () => {
  const { run, readReport, sandbox } = await contractWorld();
  const { code } = await run('--yes', '--only', 'service.modifier', 'names.number', 'scc.canonical-name');
  const { report, page } = await readReport();
  expect({ code, confirmed: report.counts.confirmed }).toEqual({ code: 0, confirmed: 3 });
  const text = JSON.stringify(report) + page;
  for (const secret of [sandbox.project, 'europe-west1', 'firebreak-publisher@', '161803398874', '0123456789abcdef'])
    expect(text).not.toContain(secret);
  expect(text).toContain('E-MAIL');
});

test('what may not be called is not permitted, never contradicted', async () => {
  const { run, readReport, sandbox } = await contractWorld();
  sandbox.control.fault({
    method: 'google.cloud.run.v2.Services/UpdateService',
    code: 'PERMISSION_DENIED',
    count: 1_000,
  });
  const { code } = await run('--yes', '--only', 'service.etag', 'service.mask');
  const { report } = await readReport();
  expect({ code, counts: report.counts }).toMatchObject({ code: 0, counts: { 'not permitted': 2, contradicted: 0 } });
});
