import type { ResourceSettings, RevisionSummary } from '../../model/cloud-run.ts';

/** What no rung gives back: said by each that ends instances, executions or the workload itself. */
export const alreadyTaken =
  'credentials or data already taken from the container; tokens already issued to it stay valid for up to an hour';

/** So many newer revisions are named. */
const mostNewer = 3;

/** Revisions that were deployed after the compromised one, and what becomes of them: one may be the owners' fix. */
export function newerRevisions(
  { revisions }: Pick<ResourceSettings, 'revisions'>,
  bad: RevisionSummary,
  what: string,
): string[] {
  const newer = revisions.filter(({ createTime }) => Date.parse(createTime) > Date.parse(bad.createTime));
  const named = newer
    .slice(0, mostNewer)
    .map(({ name, createTime, creator }) => `${name} (deployed ${createTime} by ${creator || 'nobody known'})`);
  const more = newer.length - named.length;
  if (named.length === 0) return [];
  return [
    `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${newer.length === 1 ? 'is' : 'are'} newer than ${bad.name} and ${what}: look whether it is the owners’ fix`,
  ];
}

/** Going back to an older revision closes no hole that it has too. */
export function sameWeakness(good: string): string {
  return `the way in, if ${good} has the same weakness`;
}

/** Until a changed policy is in force everywhere. Source: IAM, access change propagation. */
export const policyTakesMinutes = 'two minutes as a rule, seven or more at times';

/** What is outbound needs no request to live. */
export const runningInstances =
  'what runs now: instances keep their open connections, and an open shell is outbound and needs no request';
