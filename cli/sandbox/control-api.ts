import { isJsonObject } from '../../model/json.ts';
import { messageOf, UserError } from '../../runtime/errors.ts';

/** How long the sandbox has to answer, milliseconds. */
const patience = 10_000;

/** Asks the sandbox's control API. `address`: `host:port` of its first port. Throws UserError with the sandbox's own words where it refuses. */
export async function askSandbox(
  address: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`http://${address}${path}`, {
      method,
      signal: AbortSignal.timeout(patience),
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    answer = await response.json();
  } catch (error) {
    const why = messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
    throw new UserError(
      `no sandbox answers at ${address} (${why}). Start one with: npx firebreak up, or npx firebreak sandbox`,
      1,
      { cause: error },
    );
  }
  if (response.ok) return answer;
  const refusal = isJsonObject(answer) && isJsonObject(answer['error']) ? answer['error']['message'] : undefined;
  throw new UserError(`the sandbox refused: ${typeof refusal === 'string' ? refusal : `HTTP ${response.status}`}`);
}
