import { randomUUID } from 'node:crypto';
import { relatedFilter } from '../../activities/related-findings.ts';
import { resourceFilter } from '../../activities/log-lines.ts';
import { isThere } from '../is-there.ts';
import { parseFindings } from '../../model/parse-finding.ts';
import { readConfiguration } from '../../runtime/configuration.ts';
import { observeClients } from '../../runtime/google-clients.ts';
import { relatedRequest } from '../../model/requests.ts';
import { selectPlaybook } from '../../workflows/playbooks/select-playbook.ts';
import { publish, putFinding, type SeededCase } from '../seeded-cases.ts';
import { median } from '../statistics.ts';
import type { BenchSystem } from '../system.ts';

/** Medians of the calls that follow one another from the finding to its proposal, milliseconds. */
export interface Chain {
  /** The finding is published. */
  readonly publish: number;
  /** A workflow is started durably, with the finding as its input. */
  readonly start: number;
  /** The finding is read. */
  readonly fetch: number;
  /** Settings, related findings, logs and reputation are read side by side. */
  readonly investigate: number;
  readonly total: number;
}

type Steps = Omit<Chain, 'total'>;

/** Runs that warm up connections and code. */
const uncounted = 10;

/** Makes each call of the chain from this process with the real clients, nothing else running. */
export async function measureChain(system: BenchSystem, cases: readonly SeededCase[]): Promise<Chain> {
  const configuration = await readConfiguration(system.paths.root, { FIREBREAK_SANDBOX: system.sandbox });
  const clients = observeClients(configuration.google);
  const runs: Steps[] = [];
  try {
    for (const seeded of cases) runs.push(await once(system, configuration, clients, seeded));
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.close()));
  }
  const counted = runs.slice(Math.min(uncounted, runs.length - 1));
  const middle = (step: keyof Steps): number => median(counted.map((run) => run[step]));
  const steps = {
    publish: middle('publish'),
    start: middle('start'),
    fetch: middle('fetch'),
    investigate: middle('investigate'),
  };
  return { ...steps, total: steps.publish + steps.start + steps.fetch + steps.investigate };
}

async function once(
  { client, sandbox }: BenchSystem,
  { times, virusTotal }: Awaited<ReturnType<typeof readConfiguration>>,
  { findings, services, revisions, logs }: ReturnType<typeof observeClients>,
  seeded: SeededCase,
): Promise<Steps> {
  const { finding } = isThere(parseFindings(seeded.notification)[0]);
  const resource = isThere(finding.resource);
  const { project, location, name: short } = resource;
  const name = `projects/${project}/locations/${location}/services/${short}`;
  const [parent = '', organization = ''] =
    /^(organizations\/\d+)\/sources\/[^/]+\/locations\/[^/]+/.exec(finding.name) ?? [];
  await putFinding(sandbox, seeded);
  const related = relatedRequest(finding, resource, times);
  return {
    // As of a kind that is nobody's case, so that nothing else starts to run.
    publish: await time(() => publish(sandbox, notOurs(seeded))),
    start: await time(() =>
      client.workflow.start('nobody', {
        workflowId: randomUUID(),
        taskQueue: 'bench-nobody',
        args: [finding],
        workflowExecutionTimeout: '1 minute',
      }),
    ),
    fetch: await time(() =>
      findings.listFindings({ parent, filter: `name="${finding.name}"`, pageSize: 1 }, { autoPaginate: false }),
    ),
    investigate: await time(() =>
      Promise.all([
        services.getService({ name }),
        revisions.listRevisions({ parent: name, pageSize: 100 }, { autoPaginate: false }),
        services.getIamPolicy({ resource: name }),
        findings.listFindings(
          { parent: `${organization}/sources/-`, filter: relatedFilter(related), pageSize: 200 },
          { autoPaginate: false },
        ),
        logs.listLogEntries(
          {
            resourceNames: [`projects/${project}`],
            filter: resourceFilter(resource),
            orderBy: 'timestamp desc',
            pageSize: 1_000,
          },
          { autoPaginate: false },
        ),
        ...selectPlaybook(finding.category)
          .lookUp(finding)
          .map(({ kind, value }) =>
            askVirusTotal(virusTotal, `${kind === 'file' ? 'files' : 'ip_addresses'}/${value}`),
          ),
      ]),
    ),
  };
}

async function askVirusTotal(
  { url, apiKey = '' }: { readonly url: string; readonly apiKey?: string },
  path: string,
): Promise<void> {
  const answer = await fetch(`${url}/${path}`, { headers: { 'x-apikey': apiKey } });
  await answer.text();
}

function notOurs({ notification }: SeededCase): Pick<SeededCase, 'notification'> {
  const text = JSON.stringify(notification).replace('"findingClass":"THREAT"', '"findingClass":"VULNERABILITY"');
  return {
    notification: JSON.parse(
      text.replaceAll(/\/findings\/\w+/g, `/findings/${randomUUID().replaceAll('-', '')}`),
    ) as SeededCase['notification'],
  };
}

/** Milliseconds that it takes. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
