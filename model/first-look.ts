import { answered, type Answered } from './answered.ts';
import { resourceSettingsSchema } from './cloud-run.ts';
import type { ResourceSettings } from './cloud-run.ts';
import {
  type LiveFinding,
  type LogsAndIdentity,
  logsAndIdentitySchema,
  type RelatedFindings,
  relatedFindingsSchema,
} from './investigation.ts';
import type { grantsAnswerSchema } from './grants.ts';
import { shared, z } from './schema.ts';

/** What lies around a finding; `pending` is what has to be asked for on its own. */
export interface Surroundings {
  readonly settings: Answered<ResourceSettings>;
  readonly related: Answered<RelatedFindings>;
  readonly logs: Answered<LogsAndIdentity>;
  /** What respond is granted, as it has signed it; absent where that was not to be asked. */
  readonly grants?: Answered<z.infer<typeof grantsAnswerSchema>>;
}

/** The finding, null where SCC has none, and what lies around it. */
export interface FirstLook extends Surroundings {
  readonly fetched: LiveFinding | null;
}

/** The parts of the answer, each of which is parsed on its own: one that is malformed takes no other with it. */
export const firstLookParts = shared(
  z.strictObject({
    fetched: z.unknown(),
    settings: z.unknown(),
    related: z.unknown(),
    logs: z.unknown(),
    grants: z.optional(z.unknown()),
  }),
);
export const answeredSettings = answered(resourceSettingsSchema);
export const answeredRelated = answered(relatedFindingsSchema);
export const answeredLogs = answered(logsAndIdentitySchema);
