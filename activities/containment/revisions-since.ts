import type { RevisionsClient } from '@google-cloud/run';
import type { Meanwhile } from '../../model/receipt.ts';
import { newestFirst } from '../settings/revision-summaries.ts';
import { shortName } from '../settings/service-fields.ts';
import { timeText } from '../plain-json.ts';
import { callOptions } from './executor.ts';

/** One page, the newest revisions: so many are not deployed during one change. */
const pageSize = 100;

/** The revisions of a service or worker pool that were made after that time (RFC 3339 UTC), oldest first. */
export async function revisionsSince(
  client: RevisionsClient,
  parent: string,
  time: string,
): Promise<Meanwhile['revisions']> {
  const [listed] = await client.listRevisions({ parent, pageSize }, { ...callOptions, autoPaginate: false });
  return listed
    .map(({ name, createTime, creator, serviceAccount }) => ({
      name: shortName(name),
      createTime: timeText(createTime),
      creator: (creator ?? '').slice(0, 1_000),
      serviceAccount: (serviceAccount ?? '').slice(0, 500),
    }))
    .filter(({ createTime }) => Date.parse(createTime) > Date.parse(time))
    .toSorted(newestFirst)
    .toReversed();
}
