import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { type CaseState, type CaseSummary, caseStates, finalStates } from '../../model/case.ts';
import { caseWorkflow, memoKeys, undoWorkflow } from '../../model/temporal-names.ts';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const keys = {
  state: keyword('CaseState'),
  category: keyword('Category'),
  severity: keyword('Severity'),
  project: keyword('Project'),
  resource: keyword('Resource'),
  updated: defineSearchAttributeKey('Updated', SearchAttributeType.DATETIME),
} as const;

/**
 * Every case that Temporal still has, the newest run of each, the last changed first. It comes from the visibility store, which lags: for
 * people to look at, never to decide by.
 */
export async function listCases(client: Client): Promise<CaseSummary[]> {
  const newest = new Map<string, WorkflowExecutionInfo>();
  for await (const info of client.workflow.list({
    query: `WorkflowType = '${caseWorkflow}' OR WorkflowType = '${undoWorkflow}'`,
  })) {
    const known = newest.get(info.workflowId);
    if (known === undefined || known.startTime < info.startTime) newest.set(info.workflowId, info);
  }
  const cases = [...newest.values()].map(summaryOf);
  return cases.sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
}

function summaryOf(info: WorkflowExecutionInfo): CaseSummary {
  const attributes = info.typedSearchAttributes;
  const startedAt = info.startTime.toISOString();
  return {
    id: info.workflowId,
    run: info.runId,
    mode: info.memo?.[memoKeys.mode] === 'dry-run' ? 'dry-run' : 'live',
    state: stateOf(attributes.get(keys.state), info.status.name),
    category: attributes.get(keys.category) ?? '',
    severity: attributes.get(keys.severity) ?? '',
    project: attributes.get(keys.project) ?? '',
    resource: attributes.get(keys.resource) ?? '',
    startedAt,
    updatedAt: attributes.get(keys.updated)?.toISOString() ?? startedAt,
  };
}

/** A run that was ended from outside, or crashed, did not get to say so itself. */
function stateOf(announced: string | undefined, status: WorkflowExecutionInfo['status']['name']): CaseState {
  const state = caseStates.find((known) => known === announced) ?? 'investigating';
  const ended = status !== 'RUNNING' && status !== 'PAUSED';
  return ended && !finalStates.has(state) ? 'failed' : state;
}
