import { z } from 'zod';
import { invalidArgument } from './refuse.ts';

/** The body of a control request, checked. Throws StatusError INVALID_ARGUMENT naming the route and every field that is wrong. */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown, route: string): z.output<S> {
  const result = schema.safeParse(body);
  if (!result.success) throw invalidArgument(`${route}: the body does not fit\n${z.prettifyError(result.error)}`);
  return result.data;
}
