import { setLogVerbosity, logVerbosity } from '@grpc/grpc-js';
import { parseArgs } from 'node:util';
import { type Reality, RealityError, realityHelp, readReality } from './kernel/reality.ts';
import { startSandbox } from './start-sandbox.ts';

const usage =
  'usage: node sandbox/main.ts --port PORT [--state FILE] [--host ADDRESS] [--project ID] [--quotas on|off] [--pace real|brisk] [--reality NAME=WAY]… [--demonstration]';

/** Runs the sandbox until SIGTERM or SIGINT. Says one line of JSON when everything listens. */
async function main(): Promise<void> {
  const values = options();
  const basePort = Number(values.port);
  if (!Number.isInteger(basePort) || basePort < 1 || basePort > 65_525)
    throw new UsageError('--port must be a port from 1 to 65525: ten in a row are used');
  if (values.quotas !== undefined && values.quotas !== 'on' && values.quotas !== 'off')
    throw new UsageError('--quotas is on or off');
  if (values.pace !== undefined && values.pace !== 'real' && values.pace !== 'brisk')
    throw new UsageError('--pace is real or brisk');

  // Our own errors say which port and why; the library's line about the same would only stand beside them.
  setLogVerbosity(logVerbosity.NONE);
  const sandbox = await startSandbox({
    basePort,
    stateFile: values.state,
    host: values.host,
    project: values.project,
    quotas: values.quotas,
    pace: values.pace,
    reality: realityIn(values.reality),
  });
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  process.once('SIGTERM', () => tell());
  process.once('SIGINT', () => tell());
  const published = values.demonstration ? sandbox.control.demonstrate() : [];
  console.log(
    JSON.stringify({ listening: true, basePort, project: sandbox.project, state: values.state ?? null, published }),
  );

  await told;
  await sandbox.close();
}

function options() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        state: { type: 'string' },
        host: { type: 'string' },
        project: { type: 'string' },
        quotas: { type: 'string' },
        pace: { type: 'string' },
        reality: { type: 'string', multiple: true, default: [] },
        demonstration: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function realityIn(settings: readonly string[]): Reality {
  try {
    return readReality(settings);
  } catch (error) {
    if (error instanceof RealityError) throw new UsageError(`--reality: ${error.message}`, { cause: error });
    throw error;
  }
}

class UsageError extends Error {}

try {
  await main();
} catch (error) {
  const wrongUse = error instanceof UsageError;
  console.error(
    `sandbox: ${error instanceof Error ? error.message : String(error)}${wrongUse ? `\n${usage}\n\n${realityHelp()}` : ''}`,
  );
  process.exitCode = wrongUse ? 2 : 1;
}
