import type { AccountDeeds, IdentityTraces, Investigation } from '../../model/investigation.ts';
import type { Statement } from '../../model/proposal.ts';

const deeds = [
  ['keysMade', 'made keys or tokens'],
  ['policiesSet', 'set policies'],
  ['deployments', 'deployed'],
  ['secretsRead', 'read secrets'],
  ['logsTouched', 'changed logs or where they go'],
] as const;

/** What is known of the stolen identity, each with its reason. Texts of log entries are hostile: they are shown as text, nothing else. */
export function knownOfIdentity({ identity }: Pick<Investigation, 'identity'>): Statement[] {
  if (identity.status !== 'answered') return [];
  const traces = identity.value;
  const { account, addresses, moreAddresses, keys, sameAccount, entries, from, to } = traces;
  const statements: Statement[] = [];
  for (const [name, did] of deeds) {
    const { count, refused } = traces[name];
    if (count > 0)
      statements.push({
        text: `${account} ${did}, ${count} calls${refused === 0 ? '' : `, ${refused} of them refused`}`,
        reason: `audit log: ${newest(traces[name])}`,
      });
  }
  if (addresses.length > 0)
    statements.push({
      text: `${account} was used from ${addresses.length + moreAddresses} public addresses`,
      reason: `${addresses.map(({ ip, calls }) => `${ip} (${calls} calls)`).join(', ')}; the log does not say which of them are Google’s own`,
    });
  if (keys.length > 0)
    statements.push({ text: `A key of ${account} was used`, reason: `${keys.join(', ')}; a container needs none` });
  if (sameAccount.count > 0)
    statements.push({
      text: `${sameAccount.count} other Cloud Run resources here run as ${account}`,
      reason: `${sameAccount.names.join(', ')}: what was stolen opens to the thief what it opens to them`,
    });
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
  const { account, complete, entries, sameAccount, dataAccess, logsTouched } = identity.value;
  return [
    ...(complete
      ? []
      : [
          { text: `What ${account} did before that`, reason: `only its newest ${entries} audit-log entries were read` },
        ]),
    ...sameAccount.unknown.map((reason) => ({ text: `What else runs as ${account}`, reason })),
    ...readsUnknown(account, dataAccess),
    {
      text: `What ${account} did in other projects, and what runs as it elsewhere`,
      reason: 'only this project’s audit logs and this location’s Cloud Run resources were read',
    },
    ...(logsTouched.count > logsTouched.refused ? [] : [mayDeleteLogs(account)]),
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
        'data-access logs are off, as they are unless somebody turns them on, or may not be read: nobody’s entry is in them from a day before the first sign',
    },
  ];
}

/** Whether it may is a question to the policies of project, folder and organization, which the observe role cannot read. */
function mayDeleteLogs(account: string): Statement {
  return {
    text: `Whether ${account} could delete the container’s logs`,
    reason:
      'the policies of the project and above it are not read, and Cloud Run’s own does not tell; no call that did so is in the audit log, whose admin-activity part nobody can delete',
  };
}

function newest({ newest: list }: AccountDeeds): string {
  return list
    .slice(0, 3)
    .map(
      ({ time, method, resource, callerIp, refused }) =>
        `${method} on ${resource} at ${time}${callerIp === '' ? '' : ` from ${callerIp}`}${refused ? ' (refused)' : ''}`,
    )
    .join('; ');
}
