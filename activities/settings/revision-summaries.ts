import type { protos } from '@google-cloud/run';
import type { RevisionSummary } from '../../model/cloud-run.ts';
import { digestOf, runsDigest } from '../../model/images.ts';
import type { FirstSign } from '../../model/requests.ts';
import { timeText } from '../plain-json.ts';
import { enumName, shortName } from './service-fields.ts';
import { containerImage, mainAndSidecars } from './workload.ts';

type Revision = protos.google.cloud.run.v2.IRevision;

/** What a revision has now. */
export type Share = Pick<RevisionSummary, 'percent' | 'tags'>;

/** Revisions to list besides those that serve. */
const mostRevisions = 20;
/** Revisions to list besides those with a share: a service can have two thousand tags, and the list is in a payload. */
const mostTagged = 40;

/** Bytes of the list as JSON: it goes into payloads of 64 KiB with other things, and a revision of many containers is long. */
const mostBytes = 32 * 1024;

/**
 * Newest first: at most 20, with those that have a tag at most 40, and fewer where they are long; `named` and those that have a share are always
 * among them.
 */
export function summariesOf(
  revisions: readonly Revision[],
  shareOf: (name: string) => Share,
  named: string | undefined,
): RevisionSummary[] {
  const summaries = revisions.map((revision) => summarise(revision, shareOf)).sort(newestFirst);
  const newest = summaries.slice(0, mostRevisions);
  const tagged = summaries.slice(mostRevisions).filter(({ tags }) => tags.length > 0);
  const listed = new Set(thatFit([...newest, ...tagged.slice(0, mostTagged - newest.length)]));
  return summaries.filter((summary) => listed.has(summary) || summary.percent > 0 || summary.name === named);
}

function thatFit(summaries: readonly RevisionSummary[]): RevisionSummary[] {
  let bytes = 0;
  return summaries.filter((summary) => {
    bytes += Buffer.byteLength(JSON.stringify(summary));
    return bytes <= mostBytes;
  });
}

/** The revisions that run, or that the finding means: those with a share or a tag, the one that it names, and those of its images. */
export function inForce(
  revisions: readonly Revision[],
  shareOf: (name: string) => Share,
  sign: FirstSign | undefined,
): Revision[] {
  const digests = new Set((sign?.images ?? []).flatMap((image) => digestOf(image) ?? []));
  return revisions.filter((revision) => {
    const name = shortName(revision.name);
    const { percent, tags } = shareOf(name);
    return (
      percent > 0 ||
      tags.length > 0 ||
      name === sign?.revision ||
      runsDigest((revision.containers ?? []).map(containerImage), digests)
    );
  });
}

/** For sorting what has a creation time. */
export function newestFirst(left: { readonly createTime: string }, right: { readonly createTime: string }): number {
  return Date.parse(right.createTime) - Date.parse(left.createTime);
}

function summarise(revision: Revision, shareOf: (name: string) => Share): RevisionSummary {
  const name = shortName(revision.name);
  const [main = {}, ...sidecars] = mainAndSidecars(revision.containers);
  return {
    name,
    createTime: timeText(revision.createTime),
    ready: (revision.conditions ?? []).some(
      ({ type, state }) => type === 'Ready' && enumName(state) === 'CONDITION_SUCCEEDED',
    ),
    creator: revision.creator ?? '',
    ...containerImage(main),
    ...(sidecars.length > 0 && {
      sidecars: sidecars.map((container) => ({ name: container.name ?? '', ...containerImage(container) })),
    }),
    serviceAccount: revision.serviceAccount ?? '',
    executionEnvironment: enumName(revision.executionEnvironment),
    minInstances: revision.scaling?.minInstanceCount ?? 0,
    ...shareOf(name),
  };
}
