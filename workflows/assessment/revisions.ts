import type { RevisionSummary, ResourceSettings } from '../../model/cloud-run.ts';
import type { Finding } from '../../model/finding.ts';
import type { LogExport } from '../../model/investigation.ts';

/** A revision and why it was picked; or why none was. */
export type Pick =
  | { readonly revision: RevisionSummary; readonly reason: string }
  | { readonly revision: null; readonly reason: string };

/** Which revision is taken to be compromised, which one can be gone back to, and whether the bad one still shows life. */
export interface RevisionJudgement {
  readonly bad: Pick;
  readonly good: Pick;
  /** True where the bad revision takes no traffic, has no tag, and its logs have been silent for twice the quiet window. */
  readonly goneAndQuiet: boolean;
}

const noRevisions: RevisionJudgement = {
  bad: { revision: null, reason: 'a job has no revisions' },
  good: { revision: null, reason: 'a job has no revisions' },
  goneAndQuiet: false,
};

/** Judges the revisions of the affected service or worker pool. */
export function judgeRevisions(
  finding: Finding,
  settings: ResourceSettings,
  logs: LogExport | undefined,
  quietSeconds: number,
  imageSuspect: boolean,
): RevisionJudgement {
  if (settings.kind === 'job') return noRevisions;
  const bad = badRevision(finding, settings);
  if (bad.revision === null)
    return { bad, good: { revision: null, reason: 'the compromised revision is not known' }, goneAndQuiet: false };
  return {
    bad,
    good: knownGood(finding, settings, bad.revision, logs, imageSuspect),
    goneAndQuiet: !isLive(bad.revision) && isQuiet(bad.revision.name, logs, quietSeconds),
  };
}

function isLive(revision: RevisionSummary): boolean {
  return revision.percent > 0 || revision.tags.length > 0;
}

function isQuiet(revision: string, logs: LogExport | undefined, quietSeconds: number): boolean {
  if (logs === undefined || !logs.complete) return false;
  const last = logs.revisions.find(({ name }) => name === revision);
  return last === undefined || Date.parse(logs.to) - Date.parse(last.lastAt) > quietSeconds * 2_000;
}

/** The finding's own word first, then the image, then what serves. */
function badRevision(finding: Finding, settings: ResourceSettings): Pick {
  const named = finding.resource?.revision;
  if (named !== undefined) {
    const revision = settings.revisions.find(({ name }) => name === named);
    return revision === undefined
      ? { revision: null, reason: `the finding names revision ${named}, which the resource no longer has` }
      : { revision, reason: 'the finding names it' };
  }
  const digests = new Set(finding.containers.map(({ imageId }) => imageId).filter((id) => id.startsWith('sha256:')));
  const byDigest = settings.revisions.filter(
    ({ imageDigest }) => imageDigest !== undefined && digests.has(imageDigest),
  );
  if (byDigest.length > 0) return newestServing(byDigest, 'it runs the image that the finding names by digest');
  const byImage = settings.revisions.filter(
    ({ image }) => finding.containerImageUri !== '' && image === finding.containerImageUri,
  );
  if (byImage.length > 0) return newestServing(byImage, 'it runs the image that the finding names');
  const serving = settings.revisions.filter(isLive);
  const [only] = serving;
  if (only !== undefined && serving.length === 1)
    return { revision: only, reason: 'it is the only revision that serves' };
  return { revision: null, reason: `${serving.length} revisions serve and the finding fits none of them` };
}

/** Revisions come newest first. */
function newestServing(candidates: readonly RevisionSummary[], reason: string): Pick {
  const revision = candidates.find(isLive) ?? candidates[0];
  if (revision === undefined) return { revision: null, reason };
  return {
    revision,
    reason:
      candidates.length > 1 ? `${reason}; of ${candidates.length} such revisions it is the newest that serves` : reason,
  };
}

function knownGood(
  finding: Finding,
  settings: ResourceSettings,
  bad: RevisionSummary,
  logs: LogExport | undefined,
  imageSuspect: boolean,
): Pick {
  const firstSign = Date.parse(finding.createTime ?? finding.eventTime);
  const older = settings.revisions.filter(
    ({ name, createTime }) =>
      name !== bad.name && Date.parse(createTime) < Math.min(firstSign, Date.parse(bad.createTime)),
  );
  if (older.length === 0) return { revision: null, reason: 'no revision is older than the compromised one' };
  const ready = older.filter((revision) => revision.ready);
  if (ready.length === 0) return { revision: null, reason: 'no older revision is ready' };
  const trusted = ready.filter(({ creator }) => creator !== '' && !isOwnAccount(creator, settings, bad));
  if (trusted.length === 0)
    return {
      revision: null,
      reason: 'nobody but the workload’s own account, or nobody known, created the older revisions',
    };
  const badDigest = bad.imageDigest ?? reportedDigest(finding);
  const other = imageSuspect ? trusted.filter((revision) => imageBeside(revision, badDigest) === 'another') : trusted;
  const served = other.filter((revision) => hasServed(revision, logs));
  const [revision] = served.length > 0 ? served : other;
  if (revision === undefined)
    return {
      revision: null,
      reason: 'the image is bad, and no older revision is known by its digest to run another one',
    };
  const image = imageWords[imageBeside(revision, badDigest)];
  const traffic = hasServed(revision, logs) ? 'has served' : 'whether it ever served is not known';
  return {
    revision,
    reason: `ready, created ${revision.createTime} before the first sign, by ${revision.creator}, ${image}; ${traffic}`,
  };
}

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

/** The digest that the finding says ran, where it names only one. */
function reportedDigest({ containers }: Finding): string | undefined {
  const digests = new Set(containers.map(({ imageId }) => imageId).filter((id) => id.startsWith('sha256:')));
  const [only] = digests;
  return digests.size === 1 ? only : undefined;
}

/** Cloud Run keeps no record of past traffic: what serves now, or wrote to the saved logs, has served. */
function hasServed({ name, percent }: RevisionSummary, logs: LogExport | undefined): boolean {
  return percent > 0 || (logs?.revisions.some((writer) => writer.name === name) ?? false);
}
