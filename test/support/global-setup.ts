import type { TestProject } from 'vitest/node';
import { findTemporalCli } from '../../local/binaries/find.ts';
import { freePortBase } from '../../local/ports.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';
import { searchAttributes } from '../../model/temporal-names.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
  }
}

/** One real Temporal server for all tests that need a whole system; each uses task queues of its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { path: cli } = await findTemporalCli({ log: (line) => console.error(line) });
  const server = await startTemporalServer({ cli, port: await freePortBase(), searchAttributes, log: () => {} });
  project.provide('temporalAddress', server.address);
  return async () => {
    await server.stop();
  };
}
