import { writeFile } from 'node:fs/promises';
import { findTemporalCli } from '../../local/binaries/find.ts';
import { freePortBase } from '../../local/ports.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';
import { searchAttributes } from '../../model/temporal-names.ts';
import { fetchHistory } from '../fetch-history.ts';
import { finishAuditedRun, startAuditedBench, startAuditedRun } from './audited-bench.ts';

// Records recorded-run.json anew, after a change of audited-run.ts: node audit/test/record-run.ts
const { path: cli } = await findTemporalCli();
const server = await startTemporalServer({ cli, port: await freePortBase(), searchAttributes, log: () => {} });
try {
  const bench = await startAuditedBench(server.address);
  try {
    await finishAuditedRun(await startAuditedRun(bench.client, 'finding-audited'));
    const history = await fetchHistory(bench.client, 'finding-audited');
    await writeFile(new URL('recorded-run.json', import.meta.url), `${JSON.stringify(history, null, 1)}\n`);
  } finally {
    await bench.close();
  }
} finally {
  await server.stop();
}
