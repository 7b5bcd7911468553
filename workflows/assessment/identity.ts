import type { AccountDeeds, IdentityTraces, Investigation } from '../../model/investigation.ts';
import type { Statement } from '../../model/proposal.ts';

const deeds = [
  ['keysMade', 'made keys or tokens', 'make keys or tokens'],
  ['policiesSet', 'set policies', 'set policies'],
  ['deployments', 'deployed or ran something', 'deploy or run something'],
  ['secretsRead', 'read secrets', 'read secrets'],
  ['logsTouched', 'changed logs or where they go', 'change logs or where they go'],
] as const;

/** What the stolen identity did, each with its reason. Texts of log entries are hostile: they are shown as text, nothing else. */
export function deedsOfIdentity({ identity }: Pick<Investigation, 'identity'>): Statement[] {
  if (identity.status !== 'answered') return [];
  const traces = identity.value;
  const { account } = traces;
  return deeds.flatMap(([name, did, wanted]) => {
    const { count, refused } = traces[name];
    if (count === 0) return [];
    const done = count - refused;
    const text =
      done === 0
        ? `${account} tried to ${wanted}, ${calls(refused)}, which did not go through`
        : `${account} ${did}, ${calls(done)}${refused === 0 ? '' : `; ${refused} more did not go through`}`;
    return [{ text, reason: `audit log: ${newest(traces[name])}` }];
  });
}

/** What else is known of the stolen identity, each with its reason. */
export function traitsOfIdentity({ identity }: Pick<Investigation, 'identity'>): Statement[] {
  if (identity.status !== 'answered') return [];
  const { account, addresses, moreAddresses, keys, sameAccount, mayDeleteLogs, entries, from, to } = identity.value;
  const statements: Statement[] = [];
  if (addresses.length > 0)
    statements.push({
      text: `${account} was used from public addresses: ${addresses.length + moreAddresses}`,
      reason: `${addresses.map(({ ip, calls: times }) => `${ip} (${calls(times)})`).join(', ')}; the log does not say which of them are Google’s own`,
    });
  if (keys.length > 0)
    statements.push({ text: `A key of ${account} was used`, reason: `${keys.join(', ')}; a container needs none` });
  if (sameAccount.count > 0)
    statements.push({
      text: `Other Cloud Run resources here run as ${account}: ${sameAccount.count}`,
      reason: `${sameAccount.names.join(', ')}: what was stolen opens to the thief what it opens to them`,
    });
  if (mayDeleteLogs.status === 'answered') {
    const { may, reason } = mayDeleteLogs.value;
    const text = may
      ? `${account} can delete the project’s logs`
      : `The project’s own policy gives ${account} no right to delete logs`;
    statements.push({ text, reason });
  }
  if (entries === 0)
    statements.push({
      text: `No audit-log entry of ${account} since the first sign`,
      reason: `none between ${from} and ${to} in this project; that proves nothing`,
    });
  return statements;
}

/** What is not known of the stolen identity, and why. */
export function unknownOfIdentity({ identity }: Pick<Investigation, 'identity'>): Statement[] {
  const text = 'What the workload’s service account was used for';
  if (identity.status === 'not-applicable') return [];
  if (identity.status !== 'answered') return [{ text, reason: identity.reason }];
  const { account, complete, entries, sameAccount, dataAccess, logsTouched, mayDeleteLogs } = identity.value;
  return [
    ...(complete
      ? []
      : [
          { text: `What ${account} did before that`, reason: `only its newest ${entries} audit-log entries were read` },
        ]),
    ...(sameAccount.unknown.length === 0
      ? []
      : [{ text: `What else runs as ${account}`, reason: sameAccount.unknown.join('; ') }]),
    ...readsUnknown(account, dataAccess),
    ...runsUnknown(identity.value),
    {
      text: `What ${account} did in other projects, and what runs as it elsewhere`,
      reason: 'only this project’s audit logs and this location’s Cloud Run resources were read',
    },
    ...(logsTouched.count > logsTouched.refused ? [] : unknownDeletion(account, mayDeleteLogs)),
  ];
}

function readsUnknown(account: string, dataAccess: IdentityTraces['dataAccess']): Statement[] {
  const text = `Which data and secrets ${account} read`;
  if (dataAccess.status !== 'answered')
    return [{ text, reason: `whether data-access logs are on was not found out: ${dataAccess.reason}` }];
  if (dataAccess.value === 'on') return [];
  return [
    {
      text,
      reason:
        'data-access logs are off, as they are unless somebody turns them on, or may not be read: they have nobody’s entry of the last day',
    },
  ];
}

/**
 * Runs of jobs are entries of the data-access logs, of the kind DATA_WRITE of Cloud Run, which are off unless somebody turns them on. Source: Cloud
 * Run, audit logging.
 */
function runsUnknown({ account, deployments }: IdentityTraces): Statement[] {
  if (deployments.newest.some(({ method }) => /\bJobs\.RunJob$/.test(method))) return [];
  return [
    {
      text: `Which jobs ${account} ran`,
      reason:
        'who runs a job is in the data-access logs of Cloud Run alone, which are off unless somebody turns them on; they have no run by it',
    },
  ];
}

/** Other policies can only add to what the project's own gives. */
function unknownDeletion(account: string, mayDelete: IdentityTraces['mayDeleteLogs']): Statement[] {
  if (mayDelete.status === 'answered' && mayDelete.value.may) return [];
  const why =
    mayDelete.status === 'answered' ? 'the policies of folders and the organization are not read' : mayDelete.reason;
  return [
    {
      text: `Whether ${account} could delete the container’s logs`,
      reason: `${why}; no call that did so is in the audit log, whose admin-activity part nobody can delete`,
    },
  ];
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}

function newest({ newest: list }: AccountDeeds): string {
  return list
    .slice(0, 3)
    .map(
      ({ time, method, resource, callerIp, refused }) =>
        `${method} on ${resource} at ${time}${callerIp === '' ? '' : ` from ${callerIp}`}${refused ? ' (did not go through)' : ''}`,
    )
    .join('; ');
}
