import { ApplicationFailure } from '@temporalio/workflow';
import { parsed } from '../model/parse.ts';
import type { z } from '../model/schema.ts';

/** What a workflow was started with. A malformed one ends the run as failed: tried again, it would be the same. */
export function inputOf<T>(schema: z.ZodMiniType<T>, input: unknown, what: string): T {
  try {
    return parsed(schema, input, what);
  } catch (error) {
    throw ApplicationFailure.create({
      message: error instanceof Error ? error.message : String(error),
      type: 'MalformedInput',
      nonRetryable: true,
    });
  }
}
