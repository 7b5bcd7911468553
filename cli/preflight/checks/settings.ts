import { googleApis } from '../../../runtime/endpoints.ts';
import { sandboxSubscription } from '../../../runtime/variables.ts';
import { isSandbox } from '../../../runtime/google-place.ts';
import type { Check, Preflight } from '../check.ts';
import { attention, failed, type Line, ok } from '../line.ts';

/** What of the configuration matters before anything runs: where APIs are, what may change, what the engine itself is. */
export const settings: Check = { name: 'settings', asksGoogle: false, look };

async function look({ configuration }: Preflight): Promise<Line[]> {
  const { google, rails, ownResourcesTold, caseUrl, subscription } = configuration;
  const lines: Line[] = [];
  if (!isSandbox(google)) {
    const moved = Object.entries(google.endpoints).map(
      ([api, { host, port }]) => `${googleApis[api as keyof typeof googleApis].title} at ${host}:${port}`,
    );
    lines.push(
      ok(
        moved.length === 0
          ? 'all of Google’s APIs at their usual hosts'
          : `${moved.join(', ')}; the others at their usual hosts`,
      ),
    );
    if (subscription === sandboxSubscription)
      lines.push(
        failed(
          'FIREBREAK_SUBSCRIPTION is not set: it is the one of the sandbox',
          'Set it to projects/PROJECT/subscriptions/NAME, which pulls from the topic of SCC’s notification config.',
        ),
      );
    if (!ownResourcesTold)
      lines.push(
        failed(
          'FIREBREAK_OWN_RESOURCES is not set: no role that changes something begins without it',
          'Name what the engine itself runs as, by project id and number: the engine never acts on itself.',
        ),
      );
    if (caseUrl === undefined)
      lines.push(
        attention(
          'FIREBREAK_CASE_URL is not set: the finding in SCC shows a case’s id, and no address',
          'Set it to where people find a case, such as Temporal’s UI: https://HOST/namespaces/NAMESPACE/workflows/{case}',
        ),
      );
  }
  const how =
    rails.mode === 'dry-run'
      ? 'dry run: nothing is changed'
      : `live: ${rails.responders.join(', ')} may change something`;
  lines.push(ok(`${how}; protected are ${rails.protected.length === 0 ? 'no resources' : rails.protected.join(', ')}`));
  return lines;
}
