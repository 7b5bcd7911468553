import type { protos } from '@google-cloud/run';
import type { RevisionSummary } from '../../model/cloud-run.ts';
import { timeText } from '../plain-json.ts';
import { enumName, shortName } from './service-fields.ts';
import { digestOf } from './workload.ts';

type Revision = protos.google.cloud.run.v2.IRevision;

/** What a revision has now. */
export type Share = Pick<RevisionSummary, 'percent' | 'tags'>;

/** Revisions to list besides those that serve. */
const mostRevisions = 20;
/** Revisions to list besides those with a share: a service can have two thousand tags, and the list is in a payload. */
const mostTagged = 40;

/** Newest first: at most 20, with those that have a tag at most 40; `named` and those that have a share are always among them. */
export function summariesOf(
  revisions: readonly Revision[],
  shareOf: (name: string) => Share,
  named: string | undefined,
): RevisionSummary[] {
  const summaries = revisions.map((revision) => summarise(revision, shareOf)).sort(newestFirst);
  const newest = summaries.slice(0, mostRevisions);
  const tagged = summaries.slice(mostRevisions).filter(({ tags }) => tags.length > 0);
  const listed = new Set([...newest, ...tagged.slice(0, mostTagged - newest.length)]);
  return summaries.filter((summary) => listed.has(summary) || summary.percent > 0 || summary.name === named);
}

/** For sorting what has a creation time. */
export function newestFirst(left: { readonly createTime: string }, right: { readonly createTime: string }): number {
  return Date.parse(right.createTime) - Date.parse(left.createTime);
}

function summarise(revision: Revision, shareOf: (name: string) => Share): RevisionSummary {
  const name = shortName(revision.name);
  const image = revision.containers?.[0]?.image ?? '';
  const digest = digestOf(image);
  return {
    name,
    createTime: timeText(revision.createTime),
    ready: (revision.conditions ?? []).some(
      ({ type, state }) => type === 'Ready' && enumName(state) === 'CONDITION_SUCCEEDED',
    ),
    creator: revision.creator ?? '',
    image,
    ...(digest !== undefined && { imageDigest: digest }),
    serviceAccount: revision.serviceAccount ?? '',
    executionEnvironment: enumName(revision.executionEnvironment),
    minInstances: revision.scaling?.minInstanceCount ?? 0,
    ...shareOf(name),
  };
}
