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
  // What the workload's own account has deployed, a thief of its identity may have deployed.
  const accounts = new Set([settings.serviceAccount, bad.serviceAccount].filter((account) => account !== ''));
  const trusted = ready.filter(({ creator }) => creator !== '' && !accounts.has(creator));
  if (trusted.length === 0)
    return {
      revision: null,
      reason: 'nobody but the workload’s own account, or nobody known, created the older revisions',
    };
  const other = imageSuspect ? trusted.filter((revision) => differentImage(revision, bad)) : trusted;
  const served = other.filter((revision) => hasServed(revision, logs));
  const [revision] = served.length > 0 ? served : other;
  if (revision === undefined)
    return {
      revision: null,
      reason: 'every older revision runs the same image as the compromised one, and the image is bad',
    };
  const image = differentImage(revision, bad) ? 'with another image' : 'with the same image, which is not what is bad';
  const traffic = hasServed(revision, logs) ? 'has served' : 'whether it ever served is not known';
  return {
    revision,
    reason: `ready, created ${revision.createTime} before the first sign, by ${revision.creator}, ${image}; ${traffic}`,
  };
}

function differentImage({ image, imageDigest }: RevisionSummary, bad: RevisionSummary): boolean {
  return imageDigest !== undefined && bad.imageDigest !== undefined
    ? imageDigest !== bad.imageDigest
    : image !== bad.image;
}

/** Cloud Run keeps no record of past traffic: what serves now, or wrote to the saved logs, has served. */
function hasServed({ name, percent }: RevisionSummary, logs: LogExport | undefined): boolean {
  return percent > 0 || (logs?.revisions.some((writer) => writer.name === name) ?? false);
}
