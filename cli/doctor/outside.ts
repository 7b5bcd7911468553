import type { Configuration } from '../../runtime/configuration.ts';
import { messageOf } from '../../runtime/errors.ts';
import { askSandbox } from '../sandbox/control-api.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Where Google Cloud is: the sandbox, if it is used. */
export async function checkSandbox({ sandbox, subscription }: Configuration): Promise<Check> {
  const name = 'google cloud';
  if (sandbox === undefined)
    return ok(
      name,
      `the real one, through application default credentials (npx firebreak preflight looks at it); subscription ${subscription}`,
    );
  const address = `${sandbox.host}:${sandbox.port}`;
  try {
    await askSandbox(address, 'GET', '/health');
    return ok(name, `the sandbox answers at ${address}; subscription ${subscription}`);
  } catch (error) {
    return fail(name, messageOf(error), 'Start it with: npm start');
  }
}

/** Whether VirusTotal is asked. */
export function checkVirusTotal({ virusTotal: { apiKey, url, perMinute, perDay }, sandbox }: Configuration): Check {
  const name = 'virustotal';
  if (apiKey === undefined) return warn(name, 'off: no key', 'To have reputations, set FIREBREAK_VIRUSTOTAL_API_KEY.');
  return ok(
    name,
    `${sandbox !== undefined && url.includes(`:${sandbox.port + 1}/`) ? 'the sandbox’s' : url}, ${perMinute} requests a minute, ${perDay} a day`,
  );
}
