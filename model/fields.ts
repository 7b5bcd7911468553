import { canonicalJson } from './digest.ts';
import type { Json } from './json.ts';
import { closed, list, optional, orNull, shared, text, yesNo, z } from './schema.ts';
import { type ServiceScaling, serviceScalingSchema, type TrafficTarget, trafficTargetSchema } from './serving.ts';

/** What a revision is made from: in a change `from` names the revision whose template is taken, as read live. */
const templateFieldSchema = closed({
  from: optional(text(100)),
  /** Short name of the newest revision: it says all of the template, since revisions do not change. Of a job its generation. */
  revision: text(200),
  serviceAccount: text(500),
  /** Said only where that revision is not ready: what is older still serves, whatever was asked for. */
  ready: optional(z.literal(false)),
});
export type TemplateField = z.infer<typeof templateFieldSchema>;

const targets = list(trafficTargetSchema, 2_000);

/** The fields of a resource that plans speak of, and no other. One that is absent is one that nothing is said about. */
const found = z.exactPartial(
  z.strictObject({
    traffic: targets,
    /** Of a worker pool: which revision has which share of the instances. */
    splits: targets,
    scaling: serviceScalingSchema,
    template: templateFieldSchema,
    /** Members of `roles/run.invoker` without a condition, in the resource's own policy. Inherited ones are never in it. */
    invokers: list(text(8_192), 2_000),
    /** Short names of a job's executions that run. */
    running: list(text(100), 10_000),
    exists: yesNo,
    /** Of an instance: false where it is known to be stopped. */
    runs: yesNo,
    // As in the API's JSON, with its words; null where an action wants to find or leave nothing there.
    ingress: orNull(text(100)),
    invokerIamDisabled: orNull(yesNo),
    defaultUriDisabled: orNull(yesNo),
  }),
);

/** The same, where a field is looked up by its name. */
export interface Fields extends Readonly<z.infer<typeof found>> {
  readonly [name: string]: Json | undefined;
}
export const fieldsSchema: z.ZodMiniType<Fields> = shared(z.readonly(found));

interface FieldWords {
  readonly comparable: (value: never) => Json;
  readonly describe: (value: never) => string;
}

const special: ReadonlyMap<string, FieldWords> = new Map(
  Object.entries<FieldWords>({
    traffic: { comparable: sortedTargets, describe: describeTraffic },
    splits: { comparable: sortedTargets, describe: describeTraffic },
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
    runs: {
      comparable: (value: boolean) => value,
      describe: (value: boolean) => (value ? 'running' : 'stopped'),
    },
    exists: { comparable: (value: boolean) => value, describe: (value: boolean) => (value ? 'yes' : 'no') },
  }),
);

/** The form in which a field is compared: what proto3 does not tell from "not set" is left out, and lists without an order are sorted. */
export function comparable(name: string, value: Json | undefined): Json {
  if (value === undefined || value === null) return null;
  const words = special.get(name);
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
  if (value === undefined || value === null) return special.get(name) === undefined ? 'not set' : 'unknown';
  const words = special.get(name);
  if (words !== undefined) return words.describe(value as never);
  return typeof value === 'string' ? value || 'not set' : canonicalJson(value);
}

/** The differences between the fields that are wanted and those that are found, in words; empty where the found ones have all that is wanted. */
export function differences(wanted: Fields, found: Fields): string[] {
  return Object.entries(wanted)
    .filter(([name, value]) => value !== undefined && !sameField(name, value, own(found, name)))
    .map(
      ([name, value]) => `${name} is ${describeField(name, own(found, name))} instead of ${describeField(name, value)}`,
    );
}

/**
 * True where the found fields say of all that is wanted that it is so. A count of instances that is not told fits a 0, which comes back as none from some
 * of Cloud Run: who has written the 0 takes it for one, and nobody else.
 */
export function isSurely(wanted: Fields, found: Fields): boolean {
  const told =
    wanted.scaling?.manual === undefined || found.scaling?.mode !== 'manual' || found.scaling.manual !== undefined;
  return told && differences(wanted, found).length === 0;
}

/** What was found after a change that has written a 0 which Cloud Run may not tell: then it is one. */
export function asWritten({ scaling: wanted }: Fields, found: Fields): Fields {
  const { scaling } = found;
  return wanted?.manual === 0 && scaling?.mode === 'manual' && scaling.manual === undefined
    ? { ...found, scaling: { ...scaling, manual: 0 } }
    : found;
}

/** A field by its name: what all objects have by their prototype is none. */
function own(fields: Fields, name: string): Json | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Only the named fields. */
export function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.flatMap((name) => (own(fields, name) === undefined ? [] : [[name, fields[name]]])));
}

function sortedTargets(list: readonly TrafficTarget[]): Json {
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
  if (mode === 'manual') return manual === undefined ? 'manual, how many is not told' : `manual, ${manual} instances`;
  return `automatic, ${min ?? 0} to ${max === undefined || max === 0 ? 'the default of' : max} instances`;
}
