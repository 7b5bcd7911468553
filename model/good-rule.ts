import type { RevisionSummary } from './cloud-run.ts';
import { closed, count, instant, list, seconds, text, type z } from './schema.ts';

/** What a revision has to show before it is taken to be good: set from the configuration. */
export const goodRuleSchema = closed({
  /** It was made, and had its first requests, so many seconds before the first sign, or more. */
  beforeSeconds: seconds,
  /** On how many UTC days it had requests, at least. */
  days: count,
  /** E-mails of accounts that may have made it although they made the compromised one too. */
  trustedDeployers: list(text(500), 1_000),
});
export type GoodRule = z.infer<typeof goodRuleSchema>;

/** A revision's traces in the logs before the first sign: requests; of a worker pool, lines that it wrote. */
export const carriedSchema = closed({
  /** Short name. */
  revision: text(200),
  /** On how many distinct UTC days there are any; not all are looked for, only enough of them. */
  days: count,
  /** The first and the last of those that were looked at, RFC 3339 UTC. */
  firstAt: instant,
  lastAt: instant,
});
export type CarriedTraffic = z.infer<typeof carriedSchema>;

/** What is missing to a revision that its traffic cannot make good: age and creator. In words; empty where nothing is. */
export function missingBesideTraffic(
  { createTime, creator }: RevisionSummary,
  bad: Pick<RevisionSummary, 'creator'>,
  firstSign: string,
  rule: GoodRule,
): string[] {
  const missing: string[] = [];
  if (!isWellBefore(createTime, firstSign, rule))
    missing.push(
      `created ${createTime || 'nobody knows when'}, less than ${spanWords(rule.beforeSeconds)} before the first sign (FIREBREAK_GOOD_BEFORE_SECONDS)`,
    );
  if (!rule.trustedDeployers.some((trusted) => sameAccount(trusted, creator))) {
    if (bad.creator === '') missing.push('who created the compromised one, so perhaps the same, is not known');
    else if (sameAccount(bad.creator, creator))
      missing.push(
        `created by the same account as the compromised one (${creator}, which FIREBREAK_TRUSTED_DEPLOYERS does not name)`,
      );
  }
  return missing;
}

/** What is missing to a revision's past traffic, in words; empty where nothing is. */
export function missingTraffic(
  carried: CarriedTraffic | undefined,
  firstSign: string,
  rule: GoodRule,
  what: 'requests' | 'log lines',
): string[] {
  if (carried === undefined || !isBefore(carried.lastAt, firstSign))
    return [`no ${what} of its own are known that came ${spanWords(rule.beforeSeconds)} or more before the first sign`];
  const { days, firstAt, lastAt } = carried;
  const missing: string[] = [];
  // Not `days < rule.days`, which is false where either is no number.
  if (!(Number.isSafeInteger(days) && days >= rule.days))
    missing.push(
      `${what} are known on ${days === 1 ? 'one day' : `${days} days`} only, the last at ${lastAt} (FIREBREAK_GOOD_DAYS is ${rule.days})`,
    );
  if (!isWellBefore(firstAt, firstSign, rule))
    missing.push(
      `the first ${what} known are of ${firstAt}, less than ${spanWords(rule.beforeSeconds)} before the first sign (FIREBREAK_GOOD_BEFORE_SECONDS)`,
    );
  return missing;
}

/** E-mail addresses of Google accounts do not tell case apart. */
export function sameAccount(one: string, other: string): boolean {
  return one !== '' && one.toLowerCase() === other.toLowerCase();
}

/** What is no date is neither before nor well before anything: a comparison with NaN is false. */
function isBefore(time: string, firstSign: string): boolean {
  return Date.parse(time) < Date.parse(firstSign);
}

function isWellBefore(time: string, firstSign: string, { beforeSeconds }: GoodRule): boolean {
  return isBefore(time, firstSign) && Date.parse(time) <= Date.parse(firstSign) - beforeSeconds * 1_000;
}

/** A span in its largest whole unit: `1 day`, `90 minutes`. */
function spanWords(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const;
  const [size, unit] = units.find(([each]) => seconds >= each && seconds % each === 0) ?? [1, 'second'];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
