import type { RevisionSummary } from '../../model/cloud-run.ts';
import type { Finding } from '../../model/finding.ts';
import { containersOf, imagesNamed, type NamedImages, runsDigest, runsImage } from '../../model/images.ts';
import type { Investigation } from '../../model/investigation.ts';
import type { Statement } from '../../model/proposal.ts';

const mostNamed = 5;

/** Revisions beside the compromised one that have a share or a tag and run the image that the finding names, as a sidecar too: a plan that ends one leaves them. */
export function alsoRunning(finding: Finding, { settings }: Investigation, bad: RevisionSummary | null): Statement[] {
  if (settings.status !== 'answered') return [];
  const named = imagesNamed(finding);
  const others = settings.value.revisions.filter(
    (revision) =>
      revision.name !== bad?.name &&
      (revision.percent > 0 || revision.tags.length > 0) &&
      placesOf(revision, named).length > 0,
  );
  return others.slice(0, mostNamed).map((revision) => ({
    text: `${revision.name} runs the image that the finding names too`,
    reason: `${placesOf(revision, named).join(', ')}; ${reachedBy(revision)}`,
  }));
}

/** In which containers. */
function placesOf(revision: RevisionSummary, { digests, names }: NamedImages): string[] {
  const [main, ...sidecars] = containersOf(revision).map(
    (one) => runsDigest([one], digests) || runsImage([one], names),
  );
  return [
    ...(main === true ? ['in the container that takes requests'] : []),
    ...(revision.sidecars ?? []).flatMap(({ name }, index) => (sidecars[index] === true ? [`as sidecar ${name}`] : [])),
  ];
}

function reachedBy({ percent, tags }: RevisionSummary): string {
  return [
    ...(percent > 0 ? [`${percent} % go to it`] : []),
    ...(tags.length > 0 ? [`tags ${tags.join(', ')}`] : []),
  ].join(', ');
}
