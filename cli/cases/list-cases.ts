import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { type CaseSummary, caseStates, finalStateNames, type ShownState } from '../../model/case.ts';
import { endWord } from '../../intake/how-it-ended.ts';
import type { ProveState } from './proved-state.ts';
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

/** A case as Temporal lists it: what its run says of itself, and how it ended there, if it has. */
export interface ListedCase extends CaseSummary {
  readonly how?: string;
}

/**
 * Every case that Temporal still has, the newest run of each, the last changed first. It comes from the visibility store, which lags: for
 * people to look at, never to decide by. An end is as the run itself says it: see `listCases`.
 */
export async function listRuns(client: Client): Promise<ListedCase[]> {
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

/** The same, each case that has ended in the state that is proved. */
export async function listCases(client: Client, prove: ProveState): Promise<CaseSummary[]> {
  const cases: CaseSummary[] = [];
  for (const { how, ...listed } of await listRuns(client)) {
    const { id, run, state } = listed;
    // A run that goes on and says that it has ended has to prove that, too.
    const said = isFinal(state) ? { said: state } : {};
    if (how === undefined && !isFinal(state)) cases.push(listed);
    else cases.push({ ...listed, ...(await prove(client, { id, run, how, ...(how === undefined && said) })) });
  }
  return cases;
}

function summaryOf(info: WorkflowExecutionInfo): ListedCase {
  const attributes = info.typedSearchAttributes;
  const startedAt = info.startTime.toISOString();
  const announced = attributes.get(keys.state);
  const how = endWord(info.status.code);
  return {
    id: info.workflowId,
    run: info.runId,
    mode: info.memo?.[memoKeys.mode] === 'dry-run' ? 'dry-run' : 'live',
    state: caseStates.find((known) => known === announced) ?? 'investigating',
    category: attributes.get(keys.category) ?? '',
    severity: attributes.get(keys.severity) ?? '',
    project: attributes.get(keys.project) ?? '',
    resource: attributes.get(keys.resource) ?? '',
    startedAt,
    updatedAt: attributes.get(keys.updated)?.toISOString() ?? startedAt,
    ...(how !== undefined && { how }),
  };
}

function isFinal(state: ShownState): boolean {
  return finalStateNames.some((one) => one === state);
}
