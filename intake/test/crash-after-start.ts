import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { readConfiguration } from '../../runtime/configuration.ts';
import { createLogger } from '../../runtime/logger.ts';
import { handleMessage } from '../handle-message.ts';
import { handlingTools } from '../handling-tools.ts';
import { pubsubClient } from '../pubsub-client.ts';
import { runSubscriber } from '../subscriber.ts';
import { parents } from './notifications.ts';

/** Intake that is killed between the durable start and the acknowledgement. Arguments: state folder, Temporal's address, sandbox. */
const [stateDir = '', address = '', sandbox = ''] = process.argv.slice(2);
const configuration = await readConfiguration(stateDir, {
  FIREBREAK_SANDBOX: sandbox,
  FIREBREAK_SCC_PARENTS: parents.join(','),
});
const client = new Client({ connection: await Connection.connect({ address }) });
await runSubscriber({
  pubsub: pubsubClient(configuration.google),
  subscription: configuration.subscription,
  logger: createLogger('crash', 'silent'),
  signal: new AbortController().signal,
  probe: () => Promise.resolve(),
  async handle(message) {
    await handleMessage(message, handlingTools(configuration, client));
    // Longer than the client keeps acknowledgements back: one that was given too early is out by now.
    await pause(300);
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  },
});
