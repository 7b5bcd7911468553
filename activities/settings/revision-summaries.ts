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

/** Newest first, at most 20; those that have a share or a tag are always among them. */
export function summariesOf(revisions: readonly Revision[], shareOf: (name: string) => Share): RevisionSummary[] {
  const summaries = revisions.map((revision) => summarise(revision, shareOf)).sort(newestFirst);
  const serves = ({ percent, tags }: RevisionSummary) => percent > 0 || tags.length > 0;
  return [...summaries.slice(0, mostRevisions), ...summaries.slice(mostRevisions).filter(serves)];
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
