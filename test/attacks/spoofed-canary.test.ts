import { ServicesClient } from '@google-cloud/run';
import { credentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { contractWorld } from '../../cli/contract/test-contract.ts';

/** Names that begin as a canary's, with the label that would go with it. */
const spoofed = new Map([
  ['firebreak-contract-board', 'board'],
  ['firebreak-contract-books', ''],
  ['firebreak-contract-bikes', 'b'],
  ['firebreak-contract-0123456789', '01234567'],
]);

test('services that somebody else has named and labelled like a canary are not deleted as one', async () => {
  const { sandbox, run, canaries } = await contractWorld();
  const services = new ServicesClient({
    apiEndpoint: '127.0.0.1',
    port: sandbox.basePort + 2,
    sslCreds: credentials.createInsecure(),
  });
  for (const [serviceId, label] of spoofed) {
    const [operation] = await services.createService({
      parent: `projects/${sandbox.project}/locations/europe-west1`,
      serviceId,
      service: {
        labels: { 'firebreak-contract': label },
        template: { containers: [{ image: 'europe-docker.pkg.dev/rhea/web/board:1' }] },
      },
    });
    await operation.promise();
  }
  await services.close();
  const { stderr } = await run('--yes', '--only', 'names.number');
  for (const serviceId of spoofed.keys()) expect(stderr).not.toContain(serviceId);
  expect(canaries().map((name) => name.split('/').at(-1))).toEqual([...spoofed.keys()]);
});
