import * as z from 'zod/mini';

// zod would write parsers as text and evaluate them; workflow code is to be the same wherever it runs, and to evaluate nothing. It is read when a
// schema is made: so every schema is made of the z of this file.
z.config({ jitless: true });

export { z };

/**
 * A schema that other files use. Temporal freezes what workflows share, and all that is in it, but nothing that is frozen already; zod notes
 * things in the depths of a schema when it parses for the first time.
 */
export function shared<Schema extends object>(schema: Schema): Schema {
  Object.freeze(schema);
  return schema;
}

/** An object with these members and no other, that nobody changes. */
export function closed<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return shared(z.readonly(z.strictObject(shape)));
}

/** One of several objects, told apart by a member. */
export function either<
  const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(member: string, options: Options) {
  return shared(z.discriminatedUnion(member, options));
}

/** One of these words. */
export function word<const Word extends string>(...words: readonly Word[]) {
  return shared(z.literal(words));
}

/** A member that may be absent. */
export function optional<Member extends z.core.SomeType>(member: Member) {
  return shared(z.exactOptional(member));
}

/** This, or null. */
export function orNull<Value extends z.core.SomeType>(value: Value) {
  return shared(z.nullable(value));
}

/** A list of at most so many elements, and what is to hold of it besides. */
export function list<Element extends z.core.SomeType>(
  element: Element,
  most: number,
  ...checks: readonly z.core.$ZodCheck<z.output<Element>[]>[]
) {
  return shared(z.readonly(z.array(element).check(z.maxLength(most), ...checks)));
}

/** Free text of at most so many characters (UTF-16 code units), and what is to hold of it besides. */
export function text(most: number, ...checks: readonly z.core.$ZodCheck<string>[]) {
  return shared(z.string().check(z.maxLength(most, { abort: true }), ...checks));
}

/** Text of at most so many characters that is wholly of this form. */
export function matching(form: RegExp, most = 256) {
  return text(most, z.regex(form));
}

/** A whole number within bounds, both included. */
export function whole(least: number, most: number) {
  return shared(z.int().check(z.minimum(least), z.maximum(most)));
}

export const yesNo = shared(z.boolean());

/** How many there are of something. */
export const count = whole(0, 1_000_000);

/** sha256, 64 lower-case hex digits. */
export const digest = matching(/^[0-9a-f]{64}$/);

/** What cases, runs, decisions, people and keys are named by. */
export const identifier = matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/);

/** Text in plans, which Temporal's limit of a payload bounds together: what a resource has many of, as tags, is named in it. */
export const planText = text(262_144);

const instantForm =
  /^(20\d\d|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/;

/** RFC 3339 in UTC, a date that there is, from 2000 to 2100. */
export const instant = text(40, z.regex(instantForm, { abort: true }), z.refine(isOnTheCalendar));

/** The same, or empty where the outside does not say when. */
export const instantOrNone = text(
  40,
  z.refine((time) => time === '' || z.safeParse(instant, time).success),
);

/** A duration in whole seconds, at most thirty days. */
export const seconds = whole(0, 2_592_000);

/** Text from outside: free, and bounded by what a payload holds. */
export const outsideText = text(65_536);

/** Why something is so, or is not known: a sentence or some. */
export const reasonText = text(4_096);

/** 30 February passes the form, and Date.parse makes another day of it. */
function isOnTheCalendar(time: string): boolean {
  const day = time.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
