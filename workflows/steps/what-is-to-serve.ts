import type { ServingRequest } from '../../activities/serving.ts';
import { digestOf } from '../../model/digest.ts';
import type { Fields } from '../../model/fields.ts';
import type { CaseFile } from '../case-file.ts';

/** What this run gave its instances back last; undefined where it has given none back, or has taken them away again. */
export function whatIsToServe({
  carriedOut,
  input,
  receipts,
}: Pick<CaseFile, 'carriedOut' | 'input' | 'receipts'>): ServingRequest | undefined {
  const last = receipts
    .filter(({ mode, result }) => mode === 'live' && result === 'changed')
    .findLast(({ before, after }) => hasNoInstances(before) !== hasNoInstances(after));
  if (last === undefined || hasNoInstances(last.after)) return undefined;
  const plan = carriedOut.find((one) => digestOf(one) === last.plan);
  const target = plan?.actions.find(({ id }) => id === last.action)?.target;
  if (target === undefined) return undefined;
  const { revision: _revision, ...resource } = target;
  const [share, ...others] = last.after.traffic ?? last.after.splits ?? [];
  return {
    resource,
    ...(share?.revision !== undefined && others.length === 0 && { revision: share.revision }),
    since: last.finishedAt,
    patienceSeconds: input.times.quietWindow,
  };
}

function hasNoInstances({ scaling }: Fields): boolean {
  return scaling?.mode === 'manual' && (scaling.manual ?? 0) === 0;
}
