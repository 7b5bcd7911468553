import type { ResourceSettings } from './cloud-run.ts';
import { digestOf } from './digest.ts';
import { settingsRequestSchema } from './requests.ts';
import { closed, digest, either, identifier, word, type z } from './schema.ts';

/** Why a case that waits is asked to look at its resource: somebody reads its page, or another case has changed the resource. */
export const lookWordSchema = either('why', [
  closed({ why: word('page') }),
  closed({ why: word('other-case'), case: identifier }),
]);
export type LookWord = z.infer<typeof lookWordSchema>;

/** For each reason a resource is looked at no more often than this, seconds. */
export const lookEverySeconds = 60;

/** Which resource to look at, and the digest of what is known of it. */
export const lookRequestSchema = closed({ settings: settingsRequestSchema, known: digest });
export type LookRequest = z.infer<typeof lookRequestSchema>;

/** The digest of what of settings plans are made from. What comes and goes by itself is left out: executions that run. */
export function lookDigest({
  fields,
  latestReadyRevision,
  publicInvoker,
  revisions,
  serviceAccount,
}: ResourceSettings): string {
  const { running: _comesAndGoes, ...lasting } = fields;
  return digestOf({
    fields: lasting,
    latestReadyRevision,
    publicInvoker,
    serviceAccount,
    revisions: revisions.map(({ name, ready, percent, tags }) => ({ name, ready, percent, tags: tags.toSorted() })),
  });
}
