import { closed, instant, optional, text, word, type z } from './schema.ts';

/** Whether an instance was seen since scaling was given back. */
export const servingSchema = closed({
  serves: word('seen', 'not-seen', 'not-known'),
  /** When it was seen, RFC 3339 UTC. */
  at: optional(instant),
  /** Why it is not known. */
  reason: optional(text(1_000)),
});
export type Serving = z.infer<typeof servingSchema>;

/** What is said of it where a case ends. */
export function servingText({ serves, reason }: Serving): string {
  switch (serves) {
    case 'seen':
      return 'scaling is given back, and it serves';
    case 'not-seen':
      return 'scaling is given back, not seen to serve yet: send it a request and look';
    case 'not-known':
      return `scaling is given back, and whether it serves is not known (${reason ?? 'no reason given'})`;
  }
}
