import { existsSync } from 'node:fs';
import type { Configuration } from '../../runtime/configuration.ts';
import { trustDocument, trustFiles } from '../../runtime/trust.ts';
import { analystsWithKeys } from '../decide/analyst-key.ts';
import { say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';

/** Prints who may decide. Throws TrustError where the roster is not signed by the root. */
export async function listAnalysts(
  configuration: Configuration,
  { json, typed }: { readonly json: boolean; readonly typed: (words: string) => string },
): Promise<void> {
  const { paths } = configuration;
  const approvers = existsSync(trustFiles(paths.trust).roster)
    ? (await trustDocument(configuration).read()).approvers
    : [];
  if (json) return sayJson(approvers);
  if (approvers.length === 0) {
    say(`Nobody may decide yet. Add someone with: ${typed('analyst add NAME --role approver')}`);
    return;
  }
  const paint = paintFor(process.stdout);
  const here = new Set(await analystsWithKeys(paths));
  const widest = Math.max(...approvers.map(({ id }) => id.length));
  for (const { id, person, roles, credentials } of approvers) {
    const last =
      credentials
        .map(({ notAfter }) => notAfter)
        .sort()
        .at(-1) ?? '';
    const expired = Date.parse(last) <= Date.now();
    const until = expired ? paint.bad(`expired ${last.slice(0, 10)}`) : `until ${last.slice(0, 10)}`;
    say(
      `${paint.strong(id.padEnd(widest))}  ${roles.join(', ')}  ${until}  ${here.has(id) ? 'key is here' : 'key is elsewhere'}${person === undefined ? '' : `  (${person})`}`,
    );
  }
}
