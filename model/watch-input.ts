import { caseInputSchema } from './case.ts';
import { fieldsSchema } from './fields.ts';
import { cloudRunResourceSchema } from './cloud-run-resource.ts';
import { relatedRequestSchema } from './requests.ts';
import { closed, instant, optional, seconds, text, type z } from './schema.ts';

/** What the watch after containment looks at. */
export const watchInputSchema = closed({
  /** What the case is opened with again, where something is seen. */
  reopen: caseInputSchema,
  target: cloudRunResourceSchema,
  /** The compromised revision; absent where none was named. */
  revision: optional(text(200)),
  /** The resource's fields as the case left them. */
  left: fieldsSchema,
  /** What a new finding would be. */
  related: relatedRequestSchema,
  /** RFC 3339 UTC. */
  until: instant,
  everySeconds: seconds,
});
export type WatchInput = z.infer<typeof watchInputSchema>;
