import { cloudRunResourceSchema } from './cloud-run-resource.ts';
import type { Finding } from './finding.ts';
import { carriedTrafficSchema } from './investigation.ts';
import {
  closed,
  digest,
  identifier,
  instant,
  list,
  optional,
  orNull,
  text,
  whole,
  word,
  yesNo,
  type z,
} from './schema.ts';
import { signedSchema } from './signed.ts';

/** What of a finding respond judges by: members of `Finding`, as they are there. */
const findingFactsSchema = closed({
  name: text(1_000),
  caseId: identifier,
  category: text(2_000),
  parentDisplayName: text(2_000),
  moduleName: text(2_000),
  state: text(100),
  mute: text(100),
  eventTime: instant,
  createTime: optional(instant),
  resource: optional(cloudRunResourceSchema),
  containers: list(closed({ name: text(2_000), uri: text(2_000), imageId: text(2_000) }), 20),
  containerImageUri: text(2_000),
});
export type FindingFacts = z.infer<typeof findingFactsSchema>;

/** An answer by its content: sha256 of its canonical JSON, as the workflow got it. */
const contentShape = { sha256: digest };
const contentSchema = closed(contentShape);

/** How a watch after a change ended. Without a revision: of the whole resource. */
const quietSeenSchema = closed({
  resource: cloudRunResourceSchema,
  revision: optional(text(100)),
  /** From when on. */
  since: instant,
  quietSeconds: whole(0, 2_592_000),
  quiet: yesNo,
});
export type QuietSeen = z.infer<typeof quietSeenSchema>;

/** What one activity of observe saw for a case: signed by observe, so that nobody else's answer passes for it. */
export const observationSchema = closed({
  type: word('firebreak.observation.v1'),
  case: identifier,
  run: identifier,
  /** When it was seen. */
  at: instant,
  /** Null where SCC has none of that name. */
  finding: optional(orNull(closed({ ...contentShape, facts: findingFactsSchema }))),
  settings: optional(contentSchema),
  related: optional(contentSchema),
  logs: optional(contentSchema),
  identity: optional(contentSchema),
  traffic: optional(carriedTrafficSchema),
  quiet: optional(quietSeenSchema),
});
export type Observation = z.infer<typeof observationSchema>;

/** What an observation can be about. */
export const observedParts = ['finding', 'settings', 'related', 'logs', 'identity', 'traffic', 'quiet'] as const;
export type ObservedPart = (typeof observedParts)[number];

/** What was seen, before it is said for which case. */
export type Seen = Pick<Observation, ObservedPart>;

/** An observation as it travels: its canonical JSON, signed by the observe role (flattened JWS, EdDSA). */
export const signedObservationSchema = signedSchema(65_536);
export type SignedObservation = z.infer<typeof signedObservationSchema>;

/** An answer of observe with its signature. */
export interface Sealed<T> {
  readonly value: T;
  readonly seal: SignedObservation;
}

/** The newest seal of each part that a case rests on. */
export const sealsSchema = closed({
  finding: optional(signedObservationSchema),
  settings: optional(signedObservationSchema),
  related: optional(signedObservationSchema),
  logs: optional(signedObservationSchema),
  identity: optional(signedObservationSchema),
  traffic: optional(signedObservationSchema),
  quiet: optional(signedObservationSchema),
});
export type Seals = z.infer<typeof sealsSchema>;

/** What of a finding is signed. */
export function factsOf(finding: Finding): FindingFacts {
  const { name, caseId, category, parentDisplayName, moduleName, state, mute, eventTime } = finding;
  const { createTime, resource, containers, containerImageUri } = finding;
  return {
    name,
    caseId,
    category,
    parentDisplayName,
    moduleName,
    state,
    mute,
    eventTime,
    ...(createTime !== undefined && { createTime }),
    ...(resource !== undefined && { resource }),
    containers: containers.slice(0, 20),
    containerImageUri,
  };
}
