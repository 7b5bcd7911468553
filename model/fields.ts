import type { ServiceScaling, TrafficTarget } from './cloud-run.ts';
import { canonicalJson } from './digest.ts';
import type { Json } from './json.ts';

/** What a revision is made from: in a change `from` names the revision whose template is taken, as read live. */
export type TemplateField = {
  readonly from?: string;
  /** Short name of the newest revision: it says all of the template, since revisions do not change. Of a job its generation. */
  readonly revision: string;
  readonly serviceAccount: string;
  /** Said only where that revision is not ready: what is older still serves, whatever was asked for. */
  readonly ready?: false;
};

/**
 * The fields of a resource that plans speak of. Those without words of their own here are named as in the API's JSON (`ingress`), a dot
 * going into a message. One that is absent is one that nothing is said about.
 */
export type Fields = {
  readonly traffic?: readonly TrafficTarget[];
  /** Of a worker pool: which revision has which share of the instances. */
  readonly splits?: readonly TrafficTarget[];
  readonly scaling?: ServiceScaling;
  readonly template?: TemplateField;
  /** Members of `roles/run.invoker` without a condition, in the resource's own policy. Inherited ones are never in it. */
  readonly invokers?: readonly string[];
  /** Short names of a job's executions that run. */
  readonly running?: readonly string[];
  readonly exists?: boolean;
  readonly [path: string]: Json | undefined;
};

interface FieldWords {
  readonly comparable: (value: never) => Json;
  readonly describe: (value: never) => string;
}

const special: Readonly<Record<string, FieldWords>> = {
  traffic: { comparable: targets, describe: describeTraffic },
  splits: { comparable: targets, describe: describeTraffic },
  scaling: { comparable: scaling, describe: describeScaling },
  template: {
    comparable: ({ revision, serviceAccount, ready }: TemplateField) => ({
      revision,
      serviceAccount,
      ...(ready === false && { ready }),
    }),
    describe: ({ from, revision, serviceAccount, ready }: TemplateField) =>
      `${revision}${from === undefined ? '' : ` (as ${from})`}${ready === false ? ', which is not ready,' : ''} running as ${serviceAccount === '' ? 'the default service account' : serviceAccount}`,
  },
  invokers: { comparable: sorted, describe: (members: readonly string[]) => members.join(', ') || 'nobody' },
  running: { comparable: sorted, describe: (names: readonly string[]) => names.join(', ') || 'none' },
  exists: { comparable: (value: boolean) => value, describe: (value: boolean) => (value ? 'yes' : 'no') },
};

/** The form in which a field is compared: what proto3 does not tell from "not set" is left out, and lists without an order are sorted. */
export function comparable(name: string, value: Json | undefined): Json {
  if (value === undefined || value === null) return null;
  const words = special[name];
  if (words !== undefined) return words.comparable(value as never);
  const empty = value === false || value === 0 || value === '' || (Array.isArray(value) && value.length === 0);
  return empty ? null : value;
}

/** True where both say the same of the field. */
export function sameField(name: string, left: Json | undefined, right: Json | undefined): boolean {
  return canonicalJson(comparable(name, left)) === canonicalJson(comparable(name, right));
}

/** A field's value in words. */
export function describeField(name: string, value: Json | undefined): string {
  if (value === undefined || value === null) return special[name] === undefined ? 'not set' : 'unknown';
  const words = special[name];
  if (words !== undefined) return words.describe(value as never);
  return typeof value === 'string' ? value || 'not set' : canonicalJson(value);
}

/** The differences between the fields that are wanted and those that are found, in words; empty where the found ones have all that is wanted. */
export function differences(wanted: Fields, found: Fields): string[] {
  return Object.keys(wanted)
    .filter((name) => wanted[name] !== undefined && !sameField(name, wanted[name], found[name]))
    .map((name) => `${name} is ${describeField(name, found[name])} instead of ${describeField(name, wanted[name])}`);
}

/** Only the named fields. */
export function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}

function targets(list: readonly TrafficTarget[]): Json {
  return list
    .map(({ type, revision, percent, tag }) => ({
      type,
      ...(type === 'revision' && revision !== undefined && { revision }),
      percent,
      ...(tag !== undefined && tag !== '' && { tag }),
    }))
    .sort(byText);
}

function scaling({ mode, min, max, manual }: ServiceScaling): Json {
  if (mode === 'manual') return { mode, manual: manual ?? 0 };
  return { mode, ...(min !== undefined && min > 0 && { min }), ...(max !== undefined && max > 0 && { max }) };
}

function sorted(list: readonly string[]): Json {
  return [...list].sort();
}

function byText(left: Json, right: Json): number {
  const [a, b] = [canonicalJson(left), canonicalJson(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Traffic or splits in words: `web-00007 100 %, web-00008 by tag "canary"`. */
export function describeTraffic(traffic: readonly TrafficTarget[]): string {
  if (traffic.length === 0) return 'nothing';
  return traffic
    .map(({ type, revision, percent, tag }) => {
      const name = type === 'latest' ? 'the latest revision' : (revision ?? 'a revision without a name');
      const share = percent > 0 || tag === undefined ? [`${percent} %`] : [];
      return [name, ...share, ...(tag === undefined ? [] : [`by tag "${tag}"`])].join(' ');
    })
    .join(', ');
}

/** Scaling in words: `automatic, 0 to 20 instances`, `manual, 0 instances`. */
export function describeScaling({ mode, min, max, manual }: ServiceScaling): string {
  if (mode === 'manual') return `manual, ${manual ?? 0} instances`;
  return `automatic, ${min ?? 0} to ${max === undefined || max === 0 ? 'the default of' : max} instances`;
}
