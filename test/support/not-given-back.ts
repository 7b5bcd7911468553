import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';

/** What undo does not give back, as the API names it and as the table in docs/undo.md lists it. */
export const notGivenBack: ReadonlySet<string> = new Set([
  'generation',
  'observedGeneration',
  'etag',
  'updateTime',
  'lastTransitionTime',
  'lastModifier',
  'template.revision',
  'latestReadyRevision',
  'latestCreatedRevision',
  'trafficStatuses.revision',
  'latestCreatedExecution',
  'executionCount',
  'scaling.maxInstanceCount',
  'bindings',
]);

/** Cloud Run's default for the most instances of a service: what a maximum that was never set comes back as. */
const defaultMaximum = 100;

/** A resource or a policy as it is compared before and after, without what undo does not give back. `named`: what it is of. */
export function comparable(value: Json, named = ''): Json {
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return named === 'bindings' ? whoMay(items) : items.map((item) => comparable(item, named));
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, Json][] =>
    isNotGivenBack(name, named, value) ? [] : [[name, comparable(inner ?? null, name)]],
  );
  return Object.fromEntries(entries);
}

function isNotGivenBack(name: string, named: string, within: JsonObject): boolean {
  if (name === 'bindings' || !(notGivenBack.has(name) || notGivenBack.has(`${named}.${name}`))) return false;
  // A share that goes to a revision by its name does so again.
  if (named === 'trafficStatuses') return within['type'] === 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
  const written = within[name];
  return named !== 'scaling' || written === 0 || written === defaultMaximum;
}

/** Who has which role under which condition; in which order and in how many bindings is all the same. */
function whoMay(bindings: readonly Json[]): Json {
  const said = bindings.flatMap((binding) => {
    const { members, role, condition } = binding as JsonObject;
    return (members as readonly string[]).map((member) => JSON.stringify([role, condition ?? null, member]));
  });
  return [...new Set(said)].sort();
}
