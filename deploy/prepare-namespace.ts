// `node deploy/prepare-namespace.ts` makes the namespace, its retention and the search attributes on the Temporal server that the environment
// names. Repeating it changes nothing.
import { messageOf } from '../runtime/errors.ts';
import { readConfiguration } from '../runtime/configuration.ts';
import { temporalOptions } from '../runtime/temporal.ts';
import { prepareNamespace } from './namespace.ts';

/** Milliseconds. A server that has just made its databases answers within seconds. */
const patience = 120_000;

try {
  const configuration = await readConfiguration(process.env['FIREBREAK_STATE_DIR'] ?? '.firebreak');
  const { namespace, connection } = temporalOptions(configuration);
  await prepareNamespace({ connection, namespace, signal: AbortSignal.timeout(patience) });
  console.log(`the namespace ${namespace} at ${connection.address} is ready`);
} catch (error) {
  console.error(`prepare-namespace: ${messageOf(error)}`);
  process.exitCode = 1;
}
