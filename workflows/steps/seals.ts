import type { Investigation } from '../../model/investigation.ts';
import { type ObservedPart, signedObservationSchema } from '../../model/observation.ts';
import { parsed } from '../../model/parse.ts';
import { closed, z } from '../../model/schema.ts';
import type { CaseFile } from '../case-file.ts';

const sealedSchema = closed({ value: z.unknown(), seal: signedObservationSchema });

/**
 * What was answered, in its form; its signature is kept for what it is about, so that others can check it. Where a newer investigation has taken
 * over (`of` is another one), its signatures stand. Throws MalformedError.
 */
export function unsealed<T>(
  file: CaseFile,
  parts: readonly ObservedPart[],
  schema: z.ZodMiniType<T>,
  answer: unknown,
  of: Investigation | null = file.investigation,
): T {
  const { value, seal } = parsed(sealedSchema, answer, 'answer');
  const known = parsed(schema, value, 'answer');
  if (file.investigation !== of) return known;
  file.seals = { ...file.seals, ...Object.fromEntries(parts.map((part) => [part, seal])) };
  return known;
}
