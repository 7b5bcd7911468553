import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { allClaims } from '../../contract/areas.ts';
import type { Claim } from '../../contract/claim.ts';
import { type Contract, type Kept, openContract } from '../../contract/contract.ts';
import { leftLine, type Report, reportPage, summed, withoutNames } from '../../contract/report.ts';
import { stopOnSignals } from '../../local/stop-signals.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import type { ContractCommandOptions } from '../commands/contract.ts';
import { sayJson, tell } from '../terminal/output.ts';
import { shown } from '../terminal/shown.ts';
import { confirm } from './confirm.ts';
import { sayPlan } from './plan.ts';
import { sayResult, saySummary, sayStart } from './progress.ts';

/** Checks the claims, deletes what that took, writes the report. Answers the exit code: see the command's help. */
export async function runContract(
  configuration: Configuration,
  { project, region: location, json, ...options }: ContractCommandOptions,
): Promise<0 | 1 | 3> {
  const claims = chosen(options.only);
  const signal = stopOnSignals(tell);
  const startedAt = new Date();
  const run = randomBytes(4).toString('hex');
  const contract = openContract(
    configuration,
    {
      project,
      location,
      run,
      ...(options.serviceAccount !== undefined && { serviceAccount: options.serviceAccount }),
      ...(options.responderCredentials !== undefined && { responderCredentials: options.responderCredentials }),
      ...(options.finding !== undefined && {
        finding: {
          name: options.finding,
          ...(options.findingTopic !== undefined && { topic: options.findingTopic }),
        },
      }),
    },
    signal,
  );
  try {
    const { found, unseen } = await contract.leftOvers();
    sayPlan({
      project,
      location,
      run,
      claims,
      leftOvers: found,
      unseen,
      sandbox: configuration.sandbox !== undefined,
      virusTotal: configuration.virusTotal.apiKey !== undefined,
      ...(options.finding !== undefined && { finding: options.finding }),
    });
    await confirm(options.yes === true, signal);
    const kept = await contract.remove(found);
    for (const { kind, name } of found) tell(`deleted, left by an earlier run: ${kind} ${shown(name)}`);
    const { results, stopped, left } = await checked(contract, claims);
    const report: Report = {
      format: 'firebreak.contract.v1',
      startedAt: startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      target: configuration.sandbox === undefined ? 'google-cloud' : 'sandbox',
      clients: Object.fromEntries(
        Object.entries(manifest.dependencies).filter(([name]) => name.startsWith('@google-cloud/')),
      ),
      stopped,
      ...summed(results),
      left: [...kept, ...left].map(leftLine),
      results,
    };
    const path = options.report ?? `firebreak-contract-${report.startedAt.slice(0, 10)}-${run}`;
    await writeReport(path, withoutNames(report, { project, location, run }));
    if (json === true) sayJson(report);
    else saySummary(report, path);
    if (report.left.length > 0) return 3;
    return stopped || report.counts.contradicted > 0 ? 1 : 0;
  } finally {
    await contract.close();
  }
}

/** The checks and, however they end, the clean-up. */
async function checked(contract: Contract, claims: readonly Claim[]) {
  let left: readonly Kept[] = [];
  let ended: Awaited<ReturnType<Contract['check']>>;
  try {
    ended = await contract.check(claims, { onStart: sayStart, onResult: sayResult });
  } finally {
    tell('deleting what was made');
    left = await contract.cleanUp();
    for (const kept of left) tell(`NOT deleted: ${shown(leftLine(kept))}`);
  }
  return { ...ended, left };
}

function chosen(only: readonly string[] | undefined): readonly Claim[] {
  if (only === undefined) return allClaims;
  const unknown = only.filter((id) => !allClaims.some((claim) => claim.id === id));
  if (unknown.length > 0)
    throw new UserError(`no claim is called ${unknown.join(', ')}: docs/fidelity.md lists them with their ids`, 2);
  return allClaims.filter(({ id }) => only.includes(id));
}

async function writeReport(path: string, report: Report): Promise<void> {
  await writeFile(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${path}.md`, reportPage(report));
}
