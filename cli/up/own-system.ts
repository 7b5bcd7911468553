import { join } from 'node:path';

/** Variables that say where the outside is. `up` brings an outside of its own. */
const elsewhere =
  /^(TEMPORAL_.*|FIREBREAK_([A-Z_]+_ENDPOINT|SANDBOX|SUBSCRIPTION|VIRUSTOTAL_API_KEY|VIRUSTOTAL_URL|LOG_SCOPES))$/;

/** The quiet window of the demonstration, seconds: long enough to see, short enough to wait for. */
const quietWindow = '10';

/**
 * Makes this process and its children talk to the system that `up` starts, which they find in the state folder: what the user's environment
 * says about other systems is taken out of it. Answers the names of the variables that are left out. `stateDir`: where no such file is.
 */
export function useOwnSystem(environment: NodeJS.ProcessEnv, stateDir: string): string[] {
  const ignored = Object.keys(environment).filter((name) => elsewhere.test(name));
  for (const name of ignored) delete environment[name];
  // Temporal's profile file would bring the same back, and certificates. A file that is not there is none; an empty one is an error.
  environment['TEMPORAL_CONFIG_FILE'] = join(stateDir, 'no-temporal-profile.toml');
  environment['FIREBREAK_QUIET_WINDOW_SECONDS'] ??= quietWindow;
  // The sandbox's VirusTotal has a key with the quota of a contract: the demonstration's two cases ask more than the public one gives.
  environment['FIREBREAK_VIRUSTOTAL_API_KEY'] = 'sandbox-licensed-key';
  environment['FIREBREAK_VIRUSTOTAL_PER_MINUTE'] ??= '1000';
  return ignored;
}
