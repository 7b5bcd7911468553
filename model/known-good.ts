import type { ResourceSettings, RevisionSummary } from './cloud-run.ts';
import { type CarriedTraffic, type GoodRule, missingBesideTraffic, missingTraffic, sameAccount } from './good-rule.ts';
import { type Beside, imagesBeside } from './images.ts';
import type { Answered } from './investigation.ts';

/** A revision and why it was picked; or why none was. */
export type Picked =
  | { readonly revision: RevisionSummary; readonly reason: string }
  | { readonly revision: null; readonly reason: string };

/** A revision that may be good and is not proved to be: no plan goes back to it. */
export interface Candidate {
  /** Short name. */
  readonly name: string;
  /** What is missing, in words. */
  readonly missing: string;
}

/** Which revisions may be good is judged by this. */
export interface GoodFacts {
  /** RFC 3339: when SCC first knew of it. */
  readonly firstSign: string;
  readonly settings: Pick<ResourceSettings, 'kind' | 'serviceAccount' | 'revisions'>;
  readonly bad: RevisionSummary;
  /** The digests by which the finding names what ran, each once. */
  readonly badDigests: readonly string[];
  /** True where an image itself is bad. */
  readonly imageSuspect: boolean;
}

/** And which one is: by this besides. */
export interface ProvedFacts extends GoodFacts {
  readonly traffic: Answered<readonly CarriedTraffic[]>;
}

/** The revision to go back to, and those that would have come before it had they been proved, newest first. */
export interface GoodJudgement {
  readonly good: Picked;
  readonly candidates: readonly Candidate[];
}

/** Of so many that may be good it is asked whether they carried traffic: the newest are the ones to go back to. */
export const mostAsked = 20;

/**
 * The newest revision that has earned it: made well before the first sign, by somebody else than the compromised one or by a trusted
 * deployer, and with a share now or requests on several days that begin well before the first sign. What is not known does not count.
 *
 * Its limits: Cloud Run does not say since when a revision has its share, so that one given after the first sign counts too; what then speaks
 * for the revision is its age and its creator. And an attacker who has two accounts, and waits between deploying as the one and being seen as
 * the other for longer than the rule asks, passes for a good deployer.
 */
export function judgeGood(facts: ProvedFacts, rule: GoodRule): GoodJudgement {
  const { revisions, reason } = maybeGood(facts);
  if (revisions.length === 0) return { good: { revision: null, reason }, candidates: [] };
  const asked = provable(facts, rule).slice(0, mostAsked);
  const candidates: Candidate[] = [];
  for (const revision of revisions) {
    const missing = missingOf(revision, facts, rule, asked.includes(revision));
    if (missing.length === 0) return { good: { revision, reason: whyGood(revision, facts) }, candidates };
    candidates.push({ name: revision.name, missing: missing.join('; ') });
  }
  const many = candidates.length;
  const none =
    many === 1
      ? 'the only older revision that may be good is not proved'
      : `none of the ${many} older revisions that may be good is proved`;
  return { good: { revision: null, reason: none }, candidates };
}

/** The revisions whose past traffic would prove them good, newest first. */
export function provable(facts: GoodFacts, rule: GoodRule): readonly RevisionSummary[] {
  const { bad, firstSign } = facts;
  return maybeGood(facts).revisions.filter(
    (revision) => missingBesideTraffic(revision, bad, firstSign, rule).length === 0,
  );
}

function missingOf(
  revision: RevisionSummary,
  { bad, firstSign, settings: { kind }, traffic }: ProvedFacts,
  rule: GoodRule,
  asked: boolean,
): readonly string[] {
  const besides = missingBesideTraffic(revision, bad, firstSign, rule);
  if (revision.percent > 0) return besides;
  if (besides.length > 0) return [...besides, 'whether it carried traffic was not asked'];
  if (!asked) return [`it was not asked about: only the newest ${mostAsked} that may be good were`];
  if (traffic.status !== 'answered') return [`${wordsOf[kind].unknown}: ${traffic.reason}`];
  const carried = traffic.value.find((one) => one.revision === revision.name);
  return missingTraffic(carried, firstSign, rule, wordsOf[kind].traces);
}

function whyGood(revision: RevisionSummary, { bad, badDigests, settings: { kind }, traffic }: ProvedFacts): string {
  const image = imageWords[imagesBeside(revision, bad, badDigests)];
  return `ready, created ${revision.createTime} before the first sign, by ${revision.creator}, ${image}; ${carriedWords(revision, kind, traffic)}`;
}

function carriedWords(
  { name, percent }: RevisionSummary,
  kind: ResourceSettings['kind'],
  traffic: ProvedFacts['traffic'],
): string {
  const words = wordsOf[kind];
  if (percent > 0) return words.now;
  const carried = traffic.status === 'answered' ? traffic.value.find(({ revision }) => revision === name) : undefined;
  return carried === undefined
    ? words.before
    : `${words.before} on ${carried.days} days or more, ${carried.firstAt} to ${carried.lastAt}`;
}

/** The revisions that may be good, newest first, whatever they carried; where there are none, why. */
function maybeGood({ firstSign, settings, bad, badDigests, imageSuspect }: GoodFacts): {
  readonly revisions: readonly RevisionSummary[];
  readonly reason: string;
} {
  const none = (reason: string) => ({ revisions: [], reason });
  // What is no date is no time before any other: a comparison with NaN is false.
  const end = Math.min(Date.parse(firstSign), Date.parse(bad.createTime));
  const older = settings.revisions.filter(({ name, createTime }) => name !== bad.name && Date.parse(createTime) < end);
  if (older.length === 0) return none('no revision is older than the compromised one');
  const ready = older.filter((revision) => revision.ready);
  if (ready.length === 0) return none('no older revision is ready');
  const known = ready.filter(({ creator }) => creator !== '' && !isOwnAccount(creator, settings, bad));
  if (known.length === 0)
    return none('nobody but the workload’s own account, or nobody known, created the older revisions');
  const revisions = imageSuspect
    ? known.filter((revision) => imagesBeside(revision, bad, badDigests) === 'another')
    : known;
  return { revisions, reason: 'the image is bad, and no older revision is known by its digest to run another one' };
}

const serviceWords = {
  now: 'it has a share of the traffic now',
  before: 'Google’s request log has requests to it before the first sign',
  unknown: 'whether it ever carried traffic is not known',
  traces: 'requests',
} as const;

/** A worker pool has no requests: what counts is that it ran. */
const poolWords = {
  now: 'it has a share of the instances now',
  before: 'it wrote log lines before the first sign',
  unknown: 'whether it ever ran is not known',
  traces: 'log lines',
} as const;

const wordsOf = { service: serviceWords, workerPool: poolWords, job: serviceWords, instance: serviceWords } as const;

const defaultAccount = /^\d+-compute@developer\.gserviceaccount\.com$/i;

/** What the workload’s own account has deployed, a thief of its identity may have deployed. An account that is not set is the default one. */
function isOwnAccount(creator: string, settings: GoodFacts['settings'], bad: RevisionSummary): boolean {
  return [settings.serviceAccount, bad.serviceAccount].some((account) =>
    account === '' ? defaultAccount.test(creator) : sameAccount(account, creator),
  );
}

const imageWords: Readonly<Record<Beside, string>> = {
  another: 'with another image',
  'the same': 'with the same image, which is not what is bad',
  'not known': 'whether with another image is not known, since tags can move',
};
