import type { IdentityTraces } from '../../model/investigation.ts';
import { clock } from '../terminal/durations.ts';
import type { PageWriter } from './page-writer.ts';

const deeds = [
  ['keys, tokens', 'keysMade'],
  ['policies', 'policiesSet'],
  ['deployments', 'deployments'],
  ['secrets read', 'secretsRead'],
  ['logs touched', 'logsTouched'],
] as const;

/** What the workload's service account did since the first sign, as the audit logs tell. */
export function writeIdentity(page: PageWriter, traces: IdentityTraces, now: number): void {
  const { account, entries, complete, addresses, sameAccount } = traces;
  page.gap();
  page.pair('runs as', account);
  page.pair('audit log', `${entries} entries of it since the first sign${complete ? '' : ', there are more'}`);
  page.list(
    'used from',
    addresses
      .slice(0, 5)
      .map(({ ip, calls, lastAt }) => `${ip}: ${calls} calls, the last at ${clock(lastAt, now)} UTC`),
  );
  for (const [label, name] of deeds) {
    page.list(
      label,
      traces[name].newest.map(
        ({ time, method, resource, refused }) =>
          `${clock(time, now)} UTC ${method} on ${resource}${refused ? ' (did not go through)' : ''}`,
      ),
    );
  }
  page.list('also runs as it', sameAccount.names);
}
