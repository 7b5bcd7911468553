import type { Check as Examined } from '../../doctor/check.ts';
import { checkSearchAttributes, checkServer } from '../../doctor/temporal.ts';
import { withClient } from '../../cases/with-client.ts';
import { messageOf, UserError } from '../../../runtime/errors.ts';
import type { Check, Preflight } from '../check.ts';
import { attention, failed, type Line, notKnown, ok } from '../line.ts';

/** Milliseconds for all that Temporal is asked. */
const patience = 10_000;

/** Temporal: whether it answers, how long it keeps what ended, and its search attributes. Whether workers run is doctor's to say. */
export const temporal: Check = { name: 'temporal', asksGoogle: false, look };

async function look({ configuration }: Preflight): Promise<Line[]> {
  try {
    return await withClient(configuration, (client) =>
      client.withDeadline(Date.now() + patience, () =>
        Promise.all([
          asked('its namespace', () => checkServer(client, configuration)),
          asked('its search attributes', () => checkSearchAttributes(client)),
        ]),
      ),
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [failed(error.message, 'Look at TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and Temporal’s variables for TLS.')];
  }
}

/** One question fails alone: a hosted Temporal answers not all of them. */
async function asked(about: string, ask: () => Promise<Examined>): Promise<Line> {
  try {
    return lineOf(await ask());
  } catch (error) {
    return notKnown(`${about}: ${messageOf(error).slice(0, 300)}`, 'Look at them in its UI or with its command line.');
  }
}

/** What doctor found, as a line of this. */
export function lineOf({ name, status, detail, todo }: Examined): Line {
  const said = `${name}: ${detail}`;
  switch (status) {
    case 'ok':
      return ok(said);
    case 'warn':
      return attention(said, todo);
    case 'fail':
      return failed(said, todo);
  }
}
