import { responderRoles } from '../../model/plan.ts';
import { type GoogleRole, googleRoles } from '../../model/permissions.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { isSandbox } from '../../runtime/google-place.ts';
import type { Check, Preflight } from './check.ts';
import { checks } from './checks.ts';
import { projectOf } from './checks/apis.ts';
import { hasCredentials } from './checks/credentials.ts';
import { preflightClients } from './clients.ts';
import { notKnown } from './line.ts';
import { type Checked, type OnChecked, runChecks } from './run-checks.ts';

/** What to look at. */
export interface Scope {
  /** Whose credentials this process has; absent: whoever asks, about all roles that are installed. */
  readonly role?: readonly GoogleRole[];
  /** Default: the subscription's. */
  readonly project?: readonly string[];
  readonly region?: readonly string[];
  readonly account?: readonly string[];
}

/** Milliseconds for each check. */
const patience = 25_000;

/** The checks that are about these roles; all where none are named. */
export function checksOf({ role: named }: Pick<Scope, 'role'>): readonly Check[] {
  return checks.filter(({ of }) => named === undefined || of === undefined || of.some((one) => named.includes(one)));
}

/** Looks at everything that a real project must have. Reads only. */
export async function examineProject(
  configuration: Configuration,
  scope: Scope,
  onChecked: OnChecked,
): Promise<readonly Checked[]> {
  const { google, rails } = configuration;
  const installed = googleRoles.filter((role) => !isResponder(role) || rails.responders.some((one) => one === role));
  const clients = preflightClients(google);
  const preflight: Omit<Preflight, 'signal'> = {
    configuration,
    roles: scope.role ?? installed,
    asRoles: isSandbox(google) || scope.role !== undefined,
    projects: scope.project ?? [projectOf(configuration)],
    regions: scope.region ?? [],
    accounts: scope.account ?? [],
    clients,
  };
  try {
    const able = await hasCredentials(preflight);
    const looked = checksOf(scope).map((check) => (check.asksGoogle && !able ? { ...check, look: notAsked } : check));
    return await runChecks(looked, preflight, patience, onChecked);
  } finally {
    await clients.close();
  }
}

async function notAsked() {
  return [notKnown('not asked: there are no credentials for Google', '')];
}

function isResponder(role: GoogleRole): boolean {
  return responderRoles.some((one) => one === role);
}
