import type { RevisionSummary, ResourceSettings } from './cloud-run.ts';
import type { Finding } from './finding.ts';
import type { Answered, LogExport } from './investigation.ts';

/** A revision and why it was picked; or why none was. */
export type Pick =
  | { readonly revision: RevisionSummary; readonly reason: string }
  | { readonly revision: null; readonly reason: string };

/** Of so many that may be good it is asked whether they carried traffic: the newest are the ones to go back to. */
export const mostAsked = 20;

/** The newest revision that may be good and is known to have carried traffic. What is not known does not count. */
export function knownGood(
  finding: Finding,
  settings: ResourceSettings,
  bad: RevisionSummary,
  logs: Answered<LogExport>,
  imageSuspect: boolean,
): Pick {
  const { candidates, reason } = goodCandidates(finding, settings, bad, imageSuspect);
  if (candidates.length === 0) return { revision: null, reason };
  const words = settings.kind === 'workerPool' ? poolWords : serviceWords;
  const logged = logs.status === 'answered' ? logs.value.carriedTraffic : logs;
  const names = logged.status === 'answered' ? logged.value : [];
  const revision = candidates.find(({ name, percent }) => percent > 0 || names.includes(name));
  if (revision === undefined) {
    const all = candidates.length;
    const asked =
      all > mostAsked ? `; only the newest ${mostAsked} of the ${all} that may be good were asked about` : '';
    const reason = logged.status === 'answered' ? `${words.never}${asked}` : `${words.unknown}: ${logged.reason}`;
    return { revision: null, reason };
  }
  const image = imageWords[imageBeside(revision, badDigestOf(finding, bad))];
  return {
    revision,
    reason: `ready, created ${revision.createTime} before the first sign, by ${revision.creator}, ${image}; ${revision.percent > 0 ? words.now : words.before}`,
  };
}

/** The revisions that may be good, newest first, whatever they carried; where there are none, why. */
export function goodCandidates(
  finding: Finding,
  settings: ResourceSettings,
  bad: RevisionSummary,
  imageSuspect: boolean,
): { readonly candidates: readonly RevisionSummary[]; readonly reason: string } {
  const none = (reason: string) => ({ candidates: [], reason });
  const firstSign = Date.parse(finding.createTime ?? finding.eventTime);
  const older = settings.revisions.filter(
    ({ name, createTime }) =>
      name !== bad.name && Date.parse(createTime) < Math.min(firstSign, Date.parse(bad.createTime)),
  );
  if (older.length === 0) return none('no revision is older than the compromised one');
  const ready = older.filter((revision) => revision.ready);
  if (ready.length === 0) return none('no older revision is ready');
  const trusted = ready.filter(({ creator }) => creator !== '' && !isOwnAccount(creator, settings, bad));
  if (trusted.length === 0)
    return none('nobody but the workload’s own account, or nobody known, created the older revisions');
  const badDigest = badDigestOf(finding, bad);
  const candidates = imageSuspect
    ? trusted.filter((revision) => imageBeside(revision, badDigest) === 'another')
    : trusted;
  return { candidates, reason: 'the image is bad, and no older revision is known by its digest to run another one' };
}

const serviceWords = {
  now: 'it has a share of the traffic now',
  before: 'Google’s request log has requests to it before the first sign',
  never:
    'no older revision is known to have carried traffic: none has a share of it now, and Google’s request log has no request to one in the 30 days before the first sign',
  unknown: 'whether an older revision ever carried traffic is not known',
} as const;

/** A worker pool has no requests: what counts is that it ran. */
const poolWords = {
  now: 'it has a share of the instances now',
  before: 'it wrote log lines before the first sign',
  never:
    'no older revision is known to have run: none has a share of the instances now, and none wrote a log line in the 30 days before the first sign',
  unknown: 'whether an older revision ever ran is not known',
} as const;

const defaultAccount = /^\d+-compute@developer\.gserviceaccount\.com$/;

/** What the workload’s own account has deployed, a thief of its identity may have deployed. An account that is not set is the default one. */
function isOwnAccount(creator: string, settings: ResourceSettings, bad: RevisionSummary): boolean {
  return [settings.serviceAccount, bad.serviceAccount].some((account) =>
    account === '' ? defaultAccount.test(creator) : account === creator,
  );
}

const imageWords = {
  another: 'with another image',
  'the same': 'with the same image, which is not what is bad',
  'not known': 'whether with another image is not known, since tags can move',
} as const;

/** Digests tell images apart; names with a tag do not, since one image can have many and a tag can move. */
function imageBeside({ imageDigest }: RevisionSummary, badDigest: string | undefined): keyof typeof imageWords {
  if (imageDigest === undefined || badDigest === undefined) return 'not known';
  return imageDigest === badDigest ? 'the same' : 'another';
}

/** The digest of the compromised revision, else the one that the finding says ran, where it names only one. */
function badDigestOf({ containers }: Finding, { imageDigest }: RevisionSummary): string | undefined {
  if (imageDigest !== undefined) return imageDigest;
  const digests = new Set(containers.map(({ imageId }) => imageId).filter((id) => id.startsWith('sha256:')));
  const [only] = digests;
  return digests.size === 1 ? only : undefined;
}
