import { type ObservedPart, signedObservationSchema } from '../../model/observation.ts';
import { parsed } from '../../model/parse.ts';
import { closed, z } from '../../model/schema.ts';
import type { CaseFile } from '../case-file.ts';

const sealedSchema = closed({ value: z.unknown(), seal: signedObservationSchema });

/** What was answered, in its form; its signature is kept for what it is about, so that others can check it. Throws MalformedError. */
export function unsealed<T>(
  file: CaseFile,
  parts: readonly ObservedPart[],
  schema: z.ZodMiniType<T>,
  answer: unknown,
): T {
  const { value, seal } = parsed(sealedSchema, answer, 'answer');
  const known = parsed(schema, value, 'answer');
  file.seals = { ...file.seals, ...Object.fromEntries(parts.map((part) => [part, seal])) };
  return known;
}
