import type { AccountDeeds, IdentityTraces } from '../model/investigation.ts';
import { addressText, isPublicAddress } from '../model/ip-address.ts';
import type { AuditEntry } from './audit-entry.ts';

const mostDeeds = 5;
const mostAddresses = 10;
const longestText = 200;

type Deeds = Pick<IdentityTraces, 'keysMade' | 'policiesSet' | 'deployments' | 'secretsRead' | 'logsTouched'>;

/** Which calls are which deed, by service and method as Google's audit logs name them. The first that fits counts. */
const rules: readonly { readonly deed: keyof Deeds; readonly service: RegExp; readonly method: RegExp }[] = [
  {
    deed: 'keysMade',
    service: /^iam(credentials)?\./,
    method: /(Create|Upload)ServiceAccountKey$|GenerateAccessToken$|GenerateIdToken$|SignBlob$|SignJwt$/,
  },
  { deed: 'policiesSet', service: /./, method: /setIam(Policy|Permissions)$|(Create|Update)(Role|Policy)$/i },
  { deed: 'secretsRead', service: /^secretmanager\./, method: /AccessSecretVersion$/ },
  {
    deed: 'logsTouched',
    service: /^logging\./,
    method: /\.(Delete|Update|Create)(Log|Sink|Bucket|Exclusion|View)(Async)?$/,
  },
  {
    deed: 'deployments',
    service: /^(run|compute|cloudfunctions|container|cloudbuild|appengine|cloudscheduler|deploymentmanager)\./,
    method: /(create|insert|replace|update|patch|deploy|run)[A-Za-z]*$/i,
  },
];

/**
 * What the account did, by kind, from entries that come newest first. What Google does itself once a call is through stands in `system_event`, by
 * the same name of the method: it is nobody's deed.
 */
export function deedsOf(newestFirst: readonly AuditEntry[]): Deeds {
  const found = new Map<keyof Deeds, AuditEntry[]>();
  for (const entry of newestFirst.filter(({ log }) => log !== 'system_event')) {
    const rule = rules.find(({ service, method }) => service.test(entry.service) && method.test(entry.method));
    if (rule !== undefined) found.set(rule.deed, [...(found.get(rule.deed) ?? []), entry]);
  }
  const of = (deed: keyof Deeds): AccountDeeds => bounded(found.get(deed) ?? []);
  return {
    keysMade: of('keysMade'),
    policiesSet: of('policiesSet'),
    deployments: of('deployments'),
    secretsRead: of('secretsRead'),
    logsTouched: of('logsTouched'),
  };
}

function bounded(entries: readonly AuditEntry[]): AccountDeeds {
  const [done, refused] = [entries.filter(({ status }) => status === 0), entries.filter(({ status }) => status !== 0)];
  return {
    count: entries.length,
    refused: refused.length,
    // What went through must not be hidden by what was only tried.
    newest: [...done, ...refused].slice(0, mostDeeds).map(({ time, method, resource, callerIp, status }) => ({
      time,
      method: method.slice(0, longestText),
      resource: resource.slice(0, longestText),
      callerIp: callerIp.slice(0, longestText),
      refused: status !== 0,
    })),
  };
}

/** Public addresses that the account was used from, the busiest first. Words such as `private` and `gce-internal-ip` are inside Google. */
export function addressesOf(newestFirst: readonly AuditEntry[]): Pick<IdentityTraces, 'addresses' | 'moreAddresses'> {
  const found = new Map<string, { ip: string; calls: number; lastAt: string }>();
  for (const { callerIp, time } of newestFirst) {
    if (!isPublicAddress(callerIp)) continue;
    const ip = addressText(callerIp);
    const known = found.get(ip) ?? { ip, calls: 0, lastAt: time };
    found.set(ip, { ...known, calls: known.calls + 1 });
  }
  const all = [...found.values()].sort((left, right) => right.calls - left.calls);
  return { addresses: all.slice(0, mostAddresses), moreAddresses: Math.max(0, all.length - mostAddresses) };
}
