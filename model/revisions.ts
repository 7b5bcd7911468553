import type { RevisionSummary, ResourceSettings } from './cloud-run.ts';
import type { Finding } from './finding.ts';
import type { Answered, LogExport } from './investigation.ts';
import type { CarriedTraffic, GoodRule } from './good-rule.ts';
import { cameWithSidecar, containersOf, imagesNamed, runsDigest, runsImage } from './images.ts';
import { type Candidate, type GoodFacts, judgeGood, type Picked } from './known-good.ts';
import { firstSign } from './requests.ts';
import { resourceKinds } from './resource-kinds.ts';

/** Which revision is taken to be compromised, which one can be gone back to, and whether the bad one still shows life. */
export interface RevisionJudgement {
  readonly bad: Picked;
  readonly good: Picked;
  /** Revisions that may be good and are not proved to be, newest first; of those before the good one. */
  readonly candidates: readonly Candidate[];
  /** True where the bad revision takes no traffic, has no tag, and its logs have been silent for twice the quiet window. */
  readonly goneAndQuiet: boolean;
}

/** Of a job, and of an instance. */
function noRevisions(reason: string): Omit<RevisionJudgement, 'goneAndQuiet'> {
  return { bad: { revision: null, reason }, good: { revision: null, reason }, candidates: [] };
}

/** What of a finding its revisions are judged by. */
export type JudgedFinding = Pick<Finding, 'createTime' | 'eventTime' | 'resource' | 'containers' | 'containerImageUri'>;

/** Judges the revisions of the affected service or worker pool. */
export function judgeRevisions(
  finding: JudgedFinding,
  settings: ResourceSettings,
  logs: Answered<LogExport>,
  quietSeconds: number,
  imageSuspect: boolean,
  rule: GoodRule,
): RevisionJudgement {
  const traffic = logs.status === 'answered' ? logs.value.carriedTraffic : logs;
  const judged = badAndGood(finding, settings, traffic, imageSuspect, rule);
  const { revision } = judged.bad;
  return {
    ...judged,
    goneAndQuiet: revision !== null && !isLive(revision) && isQuiet(revision.name, logs, quietSeconds),
  };
}

/** Which revision is compromised, and which is good: all that plans are made of. */
export function badAndGood(
  finding: JudgedFinding,
  settings: ResourceSettings,
  traffic: Answered<readonly CarriedTraffic[]>,
  imageSuspect: boolean,
  rule: GoodRule,
): Omit<RevisionJudgement, 'goneAndQuiet'> {
  const { hasRevisions, words } = resourceKinds[settings.kind];
  if (!hasRevisions) return noRevisions(`${words === 'instance' ? 'an' : 'a'} ${words} has no revisions`);
  const bad = badRevision(finding, settings);
  if (bad.revision === null)
    return { bad, good: { revision: null, reason: 'the compromised revision is not known' }, candidates: [] };
  return { bad, ...judgeGood({ ...goodFacts(finding, settings, bad.revision, imageSuspect), traffic }, rule) };
}

/** What which revisions may be good is judged by. */
export function goodFacts(
  finding: JudgedFinding,
  settings: ResourceSettings,
  bad: RevisionSummary,
  imageSuspect: boolean,
): GoodFacts {
  const named = imagesNamed(finding);
  return {
    firstSign: firstSign(finding),
    settings,
    bad,
    badDigests: [...named.digests],
    // All containers of a worker pool's instance are alike: none takes requests.
    imageSuspect: imageSuspect || (settings.kind === 'service' && cameWithSidecar(bad, named)),
  };
}

function isLive(revision: RevisionSummary): boolean {
  return revision.percent > 0 || revision.tags.length > 0;
}

function isQuiet(revision: string, logs: Answered<LogExport>, quietSeconds: number): boolean {
  if (logs.status !== 'answered' || !logs.value.complete) return false;
  const last = logs.value.revisions.find(({ name }) => name === revision);
  return last === undefined || Date.parse(logs.value.to) - Date.parse(last.lastAt) > quietSeconds * 2_000;
}

/** The revision that is taken to be compromised: by the finding's own word first, then by the image, then by what serves. */
export function badRevision(finding: JudgedFinding, settings: ResourceSettings): Picked {
  const named = finding.resource?.revision;
  if (named !== undefined) {
    const revision = settings.revisions.find(({ name }) => name === named);
    return revision === undefined
      ? { revision: null, reason: `the finding names revision ${named}, ${whyNotThere(settings)}` }
      : { revision, reason: 'the finding names it' };
  }
  const { digests, names } = imagesNamed(finding);
  const byDigest = settings.revisions.filter((revision) => runsDigest(containersOf(revision), digests));
  if (byDigest.length > 0) return newestServing(byDigest, 'it runs the image that the finding names by digest');
  // What was deployed after the finding is not what it saw, though it may run an image of the same name: it may be the fix.
  const before = settings.revisions.filter(
    ({ createTime }) => !(Date.parse(createTime) > Date.parse(finding.eventTime)),
  );
  const byImage = before.filter((revision) => runsImage(containersOf(revision), names));
  if (byImage.length > 0) return newestServing(byImage, 'it runs the image that the finding names');
  const serving = settings.revisions.filter(isLive);
  const [only] = serving;
  if (only !== undefined && serving.length === 1 && !before.includes(only))
    return {
      revision: null,
      reason: `only ${only.name} serves, which was deployed after the finding, and the finding fits none of the others`,
    };
  if (only !== undefined && serving.length === 1)
    return { revision: only, reason: 'it is the only revision that serves' };
  return { revision: null, reason: `${serving.length} revisions serve and the finding fits none of them` };
}

/** A short list of revisions is a whole one. */
function whyNotThere({ revisions }: ResourceSettings): string {
  return revisions.length < 20
    ? 'which the resource no longer has'
    : 'which is not among the newest 500 of the resource';
}

/** Revisions come newest first. */
function newestServing(candidates: readonly RevisionSummary[], reason: string): Picked {
  const revision = candidates.find(isLive) ?? candidates[0];
  if (revision === undefined) return { revision: null, reason };
  return {
    revision,
    reason:
      candidates.length > 1 ? `${reason}; of ${candidates.length} such revisions it is the newest that serves` : reason,
  };
}
