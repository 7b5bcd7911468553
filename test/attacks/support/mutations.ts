import * as fc from 'fast-check';
import { changeAt, isList, isMembers, pathsOf, type Value } from './json-paths.ts';

const numbers: Value[] = [0, -1, 1, 2, 0.5, 1e9, 1e308, -1e308, Number.MAX_SAFE_INTEGER];
const times = ['never', '0000-00-00T00:00:00Z', '9999-12-31T23:59:59Z', '2020-99-99T99:99:99Z'];
const words = [
  'after-quiet',
  'at-once',
  'live',
  'dry-run',
  'approver',
  'viewer',
  'a1',
  'a2',
  'a1.receipt',
  '__proto__',
];
const kinds = ['update-service', 'set-invokers', 'delete', 'service', 'job', 'another-service', 'another-project'];
const zero: Value = { scaling: { mode: 'manual', manual: 0 } };
const shapes: Value[] = [null, true, false, [], {}, [null], [[]], { length: 1 }, { exists: false }, zero];

/** What may stand where something else stood. Words of plans are good in one place and bad in all others. */
const others: Value[] = [...numbers, ...times, ...words, ...kinds, ...shapes, '', 'x', '1', '-1', 'NaN'];

/** Fields on which the most hangs: half of the mutations are of one of these. */
const decisive =
  /^\/(?:decisions|action|plan\/(?:quorum|watch|notAfter|mode|case|run|actions\/\d+\/(?:when|target|precondition|change)))/;

/** One step of a mutation; numbers choose among what the request has at that moment. */
const step = fc.record({
  how: fc.constantFrom(
    'drop',
    'replace',
    'negative',
    'huge',
    'duplicate',
    'unknown field',
    'other order',
    'other target',
  ),
  decisively: fc.boolean(),
  which: fc.nat(100_000),
  other: fc.constantFrom(...others),
});

/** Up to six steps. */
export const mutation = fc.array(step, { minLength: 1, maxLength: 6 });
export type Steps = typeof mutation extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** What nobody has signed, in the words of mutations: whatever compares with nothing is not refused. */
export const withoutSignature = [
  ['/decisions', []],
  ['/plan/quorum', { role: 'approver' }],
  ['/plan/watch/quietSeconds', 1e308],
  ['/plan/actions/0/when', 'after-quiet'],
] as const satisfies readonly (readonly [string, Value])[];

/** The request after these steps. A request is plain JSON, as Temporal carries it. */
export function mutated(request: object, steps: Steps): Value {
  return steps.reduce<Value>(mutateOnce, JSON.parse(JSON.stringify(request)) as Value);
}

/** The request with other values at those paths. */
export function withValues(request: object, values: readonly (readonly [string, Value])[]): Value {
  return values.reduce<Value>(
    (value, [path, other]) => changeAt(value, path.split('/').slice(1), () => other),
    JSON.parse(JSON.stringify(request)) as Value,
  );
}

function mutateOnce(request: Value, { how, decisively, which, other }: Steps[number]): Value {
  const all = pathsOf(request);
  const some = how === 'other target' ? all.filter((path) => path.includes('/target/')) : all;
  const chosen = decisively ? some.filter((path) => decisive.test(path)) : some;
  const list = chosen.length > 0 ? chosen : all;
  const path = list[which % list.length];
  return path === undefined
    ? request
    : changeAt(request, path.split('/').slice(1), (value) => changed(value, how, other));
}

function changed(value: Value, how: Steps[number]['how'], other: Value): Value | undefined {
  switch (how) {
    case 'drop':
      return undefined;
    case 'negative':
      return typeof value === 'number' ? -value - 1 : -1;
    case 'huge':
      return typeof value === 'string' ? value.repeat(50) : 1e308;
    case 'duplicate':
      return isList(value) ? [...value, ...value] : [value, value];
    case 'unknown field':
      return isMembers(value) ? { ...value, unknown: other } : other;
    case 'other order':
      return isList(value) ? value.toReversed() : other;
    case 'other target':
      return typeof value === 'string' ? `${value}-2` : other;
    case 'replace':
      return other;
  }
}
