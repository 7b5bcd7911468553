import type { Client } from '@temporalio/client';
import { answers } from '../../local/ports.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { connectClient, temporalOptions } from '../../runtime/temporal.ts';

/** Does something with a connected client, and closes its connection. Throws UserError where no server answers. */
export async function withClient<T>(configuration: Configuration, work: (client: Client) => Promise<T>): Promise<T> {
  await assertSomethingListens(configuration);
  const client = await connectClient(configuration);
  try {
    return await work(client);
  } finally {
    await client.connection.close();
  }
}

/** On this machine a closed port tells at once that nothing runs; the client would try again for five seconds. */
async function assertSomethingListens(configuration: Configuration): Promise<void> {
  const { address } = temporalOptions(configuration).connection;
  const port = /^(?:127\.0\.0\.1|localhost):(\d+)$/.exec(address)?.[1];
  if (port === undefined || (await answers(Number(port)))) return;
  throw new UserError(
    `nothing runs at ${address}, where Temporal should be. Start the system with: npm start. ` +
      `If it runs with another state folder than ${configuration.stateDir}, name that with --state-dir.`,
  );
}
