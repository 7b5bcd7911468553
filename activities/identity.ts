import { ApplicationFailure } from '@temporalio/common';
import { LRUCache } from 'lru-cache';
import type { IdentityTraces } from '../model/investigation.ts';
import type { IdentityRequest } from '../model/log-requests.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import { messageOf } from '../runtime/errors.ts';
import { auditEntry } from './audit-entry.ts';
import { googleFailure } from './google-errors.ts';
import { addressesOf, deedsOf } from './identity-deeds.ts';
import type { MayDeleteLogs } from './log-deletion.ts';
import type { LogPages } from './log-pages.ts';
import type { SameAccount } from './same-account.ts';
import type { TokenBucket } from './token-bucket.ts';
import { clockTolerance, refuseFuture } from './window.ts';

export interface IdentityDependencies {
  readonly readPage: LogPages;
  readonly othersRunningAs: SameAccount;
  readonly mayDeleteLogs: MayDeleteLogs;
  readonly evidence: EvidenceStore;
  /** The lane of Logging's quota that this takes its calls from. */
  readonly lane: TokenBucket;
  /** Whether a project's data-access logs have entries, shared by all cases that ask within a while. */
  readonly dataAccessOf: LRUCache<string, DataAccess>;
}

/** An empty store of such answers. */
export function dataAccessAnswers(): LRUCache<string, DataAccess> {
  return new LRUCache({ max: 1_000, ttl: 600_000 });
}

type DataAccess = 'on' | 'none-seen';

/** Entries of data-access logs are looked for in so long: a quiet minute says nothing. */
const oneDay = 86_400_000;

/**
 * Looks for what a stolen service account was used for: its entries in the project's audit logs, what else runs as it, and whether it
 * may delete logs. Throws what Temporal may try again, also where the quota has nothing left; `who` asks, undefined where nobody comes back.
 */
export async function tracesOf(
  { readPage, othersRunningAs, mayDeleteLogs, evidence, lane, dataAccessOf }: IdentityDependencies,
  { resource, account, since }: IdentityRequest,
  who: string | undefined,
): Promise<IdentityTraces> {
  if (!/^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+$/.test(account))
    throw ApplicationFailure.nonRetryable('an account that is no e-mail address must not reach a filter', 'no-account');
  refuseFuture('audit-log entries', since, clockTolerance);
  await lane.take(resource.project, who);
  const sameAccount = othersRunningAs(resource, account);
  const mayDelete = mayDeleteLogs(resource.project, account);
  const to = new Date().toISOString();
  const ofAccount = `logName:"cloudaudit.googleapis.com" AND NOT logName:"cloudaudit.googleapis.com%2Fsystem_event" AND protoPayload.authenticationInfo.principalEmail="${account}" AND timestamp>="${since}" AND timestamp<="${to}"`;
  const { entries, next } = await readPage(resource.project, ofAccount).catch((error: unknown) => {
    throw googleFailure('Cloud Logging, look for what the service account did', error);
  });
  // An entry that is in more than one of the places that are read counts once.
  const distinct = [...new Map(entries.map((entry) => [`${entry.logName} ${entry.insertId}`, entry])).values()];
  const deeds = distinct.flatMap((entry) => auditEntry(entry) ?? []);
  if (deeds.some(({ log }) => log === 'data_access')) dataAccessOf.set(resource.project, 'on');
  const text = deeds.toReversed().map((entry) => `${JSON.stringify(entry)}\n`);
  const [others, may, access, reference] = await Promise.all([
    sameAccount,
    mayDelete,
    dataAccess(),
    evidence.put('identity', 'application/x-ndjson', text.join('')),
  ]);
  return {
    account,
    from: since,
    to,
    entries: distinct.length,
    complete: next === '',
    ...addressesOf(deeds),
    ...deedsOf(deeds),
    keys: [...new Set(deeds.map(({ key }) => key).filter((key) => key !== ''))].slice(0, 5),
    sameAccount: others,
    mayDeleteLogs: may,
    dataAccess: access,
    evidence: reference,
  };

  /** Whether anybody's reads are logged at all; a second call, where nobody has asked lately and the quota allows it now. */
  async function dataAccess(): Promise<IdentityTraces['dataAccess']> {
    const known = dataAccessOf.get(resource.project);
    if (known !== undefined) return { status: 'answered', value: known };
    const from = new Date(Date.now() - oneDay).toISOString();
    const filter = `logName:"cloudaudit.googleapis.com%2Fdata_access" AND timestamp>="${from}"`;
    try {
      await lane.take(resource.project, undefined);
      const page = await readPage(resource.project, filter, '', 1);
      const value = page.entries.length > 0 ? 'on' : 'none-seen';
      dataAccessOf.set(resource.project, value);
      return { status: 'answered', value };
    } catch (error) {
      return { status: 'failed', reason: messageOf(error).slice(0, 200) };
    }
  }
}
