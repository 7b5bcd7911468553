import { expect } from 'vitest';
import type { TrafficTarget } from '../../model/cloud-run.ts';
import type { Fields } from '../../model/fields.ts';
import type { Json } from '../../model/json.ts';
import type { Plan, Target } from '../../model/plan.ts';
import type { Eyes, Looked } from './detector-fixtures-live.ts';
import { runningExecutions } from './detector-fixtures-resource.ts';

/** What a field of a plan looks like in the API's own JSON: written by hand, so that it is not the engine that says so. */
const inTheApi: Readonly<Record<string, (wanted: Fields, looked: Looked) => void>> = {
  traffic: ({ traffic = [] }, { found }) => expect(sharesOf(found['traffic'])).toEqual(wantedShares(traffic)),
  splits: ({ splits = [] }, { found }) => expect(sharesOf(found['instanceSplits'])).toEqual(wantedShares(splits)),
  scaling({ scaling }, { found: { scaling: found } }) {
    if (scaling?.mode === 'manual') {
      // A 0 may be absent when it is read.
      const { manualInstanceCount: count } = found as { manualInstanceCount?: number };
      expect(count ?? 0).toBe(scaling.manual);
      return;
    }
    const counts = { scalingMode: 'AUTOMATIC', minInstanceCount: scaling?.min ?? 0, maxInstanceCount: scaling?.max };
    expect(found).toMatchObject(counts);
  },
  template({ template }, { found: { template: found } }) {
    expect(found).toMatchObject({ revision: template?.revision, serviceAccount: template?.serviceAccount });
  },
  runs({ runs }, { found: { terminalCondition: found } }) {
    expect(found).toMatchObject({ type: 'Running', state: runs ? 'CONDITION_SUCCEEDED' : 'CONDITION_PENDING' });
  },
  invokers({ invokers = [] }, { policy }) {
    const bindings = policy['bindings'] as unknown as readonly { role: string; members: string[] }[];
    const members = bindings.filter(({ role }) => role === 'roles/run.invoker').flatMap((binding) => binding.members);
    expect(members.toSorted()).toEqual(invokers.toSorted());
  },
};

/** Looks whether all that a plan was to change is so, as its owners see it. */
export async function isThere(eyes: Eyes, sandbox: { readonly basePort: number }, { actions }: Plan): Promise<void> {
  for (const { change, target } of actions) if (change.exists === false) expect(await eyes.isGone(target)).toBe(true);
  const [first] = actions;
  const wanted: Fields = Object.assign({}, ...actions.map(({ change }) => change));
  const { exists: _exists, running, ...fields } = wanted;
  if (running !== undefined) expect(await runningExecutions(sandbox, first!.target.name)).toEqual(running);
  if (await eyes.isGone(resourceOf(first!.target))) return;
  const looked = await eyes.look(first!.target);
  for (const [name, value] of Object.entries(fields)) {
    const compare = inTheApi[name];
    // Others have the API's own names.
    if (compare === undefined) expect(looked.found[name] ?? null).toEqual(value);
    else compare(fields, looked);
  }
}

function resourceOf({ revision: _revision, ...resource }: Target): Target {
  return resource;
}

function wantedShares(shares: readonly TrafficTarget[]): string[] {
  return shares.map(({ type, revision = '', percent, tag = '' }) => `${type} ${revision} ${percent} ${tag}`).toSorted();
}

interface Share {
  readonly type: string;
  readonly revision?: string;
  readonly percent?: number;
  readonly tag?: string;
}

function sharesOf(found: Json | undefined): string[] {
  return (found as unknown as readonly Share[])
    .map(({ type, revision = '', percent = 0, tag = '' }) => {
      const kind = type.endsWith('_LATEST') ? 'latest' : 'revision';
      return `${kind} ${revision} ${percent} ${tag}`;
    })
    .toSorted();
}
