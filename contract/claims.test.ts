import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomBytes } from 'node:crypto';
import { finding, grants } from '../cli/contract/test-contract.ts';
import { readConfiguration } from '../runtime/configuration.ts';
import { freeBasePort } from '../sandbox/kernel/free-port.ts';
import { switchNames, waysOf } from '../sandbox/kernel/reality.ts';
import { startSandbox } from '../sandbox/start-sandbox.ts';
import { allClaims } from './areas.ts';
import { isChecked } from './claim.ts';
import { type Contract, openContract } from './contract.ts';
import type { Result } from './result.ts';

const checked = allClaims.filter(isChecked);
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let contract: Contract;
let results: readonly Result[];

beforeAll(async () => {
  sandbox = await startSandbox({ basePort: await freeBasePort(), pace: 'real' });
  const configuration = await readConfiguration('.', { FIREBREAK_SANDBOX: `127.0.0.1:${sandbox.basePort}` });
  sandbox.control.seedGrants(grants);
  const { name } = sandbox.control.publish(finding);
  const options = {
    project: sandbox.project,
    location: 'europe-west1',
    run: randomBytes(4).toString('hex'),
    finding: { name, topic: `projects/${sandbox.project}/topics/scc-findings` },
  };
  contract = openContract(configuration, options, new AbortController().signal);
  ({ results } = await contract.check(checked, {}));
});

afterAll(async () => {
  await contract.close();
  await sandbox.close();
});

test.each(checked)('$id: $statement', ({ id }) => {
  const result = results.find((one) => one.id === id);
  expect(result, result?.seen).toMatchObject({ outcome: 'confirmed' });
});

test('what the checks made is deleted, and nothing else', async () => {
  expect(await contract.cleanUp()).toEqual([]);
  expect(await contract.leftOvers()).toEqual({ found: [], unseen: [] });
});

test('each claim has an id of its own', () => {
  const ids = allClaims.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('each switch of the sandbox is decided by one claim, which tells its default', () => {
  const decided = allClaims.flatMap(({ reality }) => (reality === undefined ? [] : [`${reality.name}=${reality.way}`]));
  expect(decided.toSorted()).toEqual(
    switchNames()
      .map((name) => `${name}=${waysOf(name)[0]}`)
      .toSorted(),
  );
});
