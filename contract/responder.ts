import { ExecutionsClient, ServicesClient } from '@google-cloud/run';
import { googleEndpoint } from '../runtime/google-clients.ts';
import { type GooglePlace, isSandbox } from '../runtime/google-place.ts';
import { permissionTester } from '../runtime/permission-tester.ts';
import type { Responder } from './ground.ts';

const actAs = 'iam.serviceAccounts.actAs';

/**
 * The identity that contains, as a second one: in the sandbox the role respond, on Google Cloud that of a credentials file (a key, or what
 * `gcloud auth application-default login --impersonate-service-account` writes). Undefined where there is none.
 */
export function openResponder(
  place: GooglePlace,
  credentials: string | undefined,
): (Responder & { readonly close: () => Promise<void> }) | undefined {
  if (credentials === undefined && !isSandbox(place)) return undefined;
  const options = {
    ...googleEndpoint(place, 'respond', 'run'),
    ...(credentials !== undefined && { keyFilename: credentials }),
  };
  const services = new ServicesClient(options);
  const executions = new ExecutionsClient(options);
  const tester = permissionTester(place, 'respond', services);
  return {
    services,
    executions,
    mayActAs: async (account) =>
      (await tester.test('account', `projects/-/serviceAccounts/${account}`, [actAs])).includes(actAs),
    close: async () => {
      await tester.close();
      await Promise.all([services.close(), executions.close()]);
    },
  };
}
