import type { Client } from '@temporalio/client';
import type { CaseInput } from '../../model/case.ts';
import { parseFindings } from '../../model/parse-finding.ts';
import { caseWorkflow } from '../../model/temporal-names.ts';
import { evidenceStore } from '../../runtime/evidence-store.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import type { Scenario } from './scenario.ts';
import type { System } from './system.ts';

/** Starts the case of a scenario as intake would, on a server that intake does not know. */
export async function startCase(
  { sandbox, configuration }: System,
  client: Client,
  { caseId, notification }: Pick<Scenario, 'caseId' | 'notification'>,
) {
  sandbox.control.putFinding(notification);
  const [parsed] = parseFindings(notification);
  const { finding, fingerprint, document: content } = parsed!;
  const store = evidenceStore(configuration.evidenceFolder);
  const document = await store.put('finding', 'application/json', JSON.stringify(content));
  const { name, eventTime, state, mute } = finding;
  const input: CaseInput = {
    finding,
    observation: { name, eventTime, state, mute, fingerprint, document },
    times: configuration.times,
    rails: configuration.rails,
    submitted: false,
  };
  return client.workflow.start(caseWorkflow, {
    workflowId: caseId,
    taskQueue: taskQueues(configuration.taskQueuePrefix).cases,
    args: [input],
    workflowExecutionTimeout: '30 days',
  });
}
