import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { encodeUnifiedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes.js';
import {
  encodeMapToPayloads,
  encodeToPayloadsWithContext,
  encodeUserMetadata,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import proto from '@temporalio/proto';
import type { Rails } from '../model/rails.ts';
import type { CaseInput, CaseTimes, ClosedBefore, Observation } from '../model/case.ts';
import { searchValue } from '../model/display.ts';
import type { Finding } from '../model/finding.ts';
import type { SignedReopening } from '../model/reopening.ts';
import { searchKeywords } from '../model/search-keywords.ts';
import { caseWorkflow, memoKeys, observedSignal } from '../model/temporal-names.ts';

const { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } = proto.temporal.api.enums.v1;

/** One notification, ready to become a case: what was seen, and the id that makes Temporal take it once. */
export interface Notification {
  readonly finding: Finding;
  readonly observation: Observation;
  readonly requestId: string;
}

/** What a case is started with besides the notification. */
export interface CaseSettings {
  readonly taskQueue: string;
  readonly times: CaseTimes;
  readonly rails: Rails;
  readonly submitted: boolean;
}

/** The closed run that a new one follows. */
export interface Earlier {
  readonly run: string;
  /** What is signed of how it ended; absent where nothing is. */
  readonly before?: ClosedBefore;
  /** How it ended in Temporal, where it was not Firebreak that ended it. */
  readonly lost?: string;
  /** Who opens it again, where a person does, as it was signed. */
  readonly reopened?: SignedReopening;
}

/** The request that signals the case of that id, or starts it. It restarts a run only where that crashed or was terminated. */
export async function signalWithStartRequest(
  client: Client,
  notification: Notification,
  settings: CaseSettings,
  earlier?: Earlier,
) {
  return {
    ...(await startFields(client, notification, settings, earlier)),
    workflowIdReusePolicy: WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
    signalName: observedSignal,
    signalInput: await payloadsOf(client, notification, notification.observation),
  };
}

/** The request that opens a closed case again. Not signalWithStart: in a race that made a second run. */
export async function reopenRequest(
  client: Client,
  notification: Notification,
  settings: CaseSettings,
  earlier: Earlier,
) {
  return {
    ...(await startFields(client, notification, settings, earlier)),
    workflowIdReusePolicy: WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
  };
}

function contextOf(client: Client, { finding }: Notification) {
  return { type: 'workflow', namespace: client.options.namespace, workflowId: finding.caseId } as const;
}

async function payloadsOf(client: Client, notification: Notification, value: CaseInput | Observation) {
  const context = contextOf(client, notification);
  return { payloads: (await encodeToPayloadsWithContext(client.options.loadedDataConverter, context, [value])) ?? [] };
}

async function startFields(
  client: Client,
  notification: Notification,
  settings: CaseSettings,
  earlier: Earlier | undefined,
) {
  const { finding, observation, requestId } = notification;
  const { identity, loadedDataConverter, namespace } = client.options;
  const context = contextOf(client, notification);
  const input: CaseInput = {
    finding,
    observation,
    times: settings.times,
    rails: settings.rails,
    submitted: settings.submitted,
    ...(earlier !== undefined && { reopens: earlier.run }),
    ...(earlier?.before !== undefined && { before: earlier.before }),
    ...(earlier?.lost !== undefined && { lost: earlier.lost }),
    ...(earlier?.reopened !== undefined && { reopened: earlier.reopened }),
  };
  const { summary, details } = shownAs(finding);
  return {
    namespace,
    identity,
    requestId,
    workflowId: finding.caseId,
    workflowType: { name: caseWorkflow },
    taskQueue: { name: settings.taskQueue },
    input: await payloadsOf(client, notification, input),
    memo: {
      fields: await encodeMapToPayloads(loadedDataConverter, memoOf(notification, settings), context),
    },
    searchAttributes: { indexedFields: encodeUnifiedSearchAttributes(undefined, searchAttributesOf(finding)) },
    userMetadata: (await encodeUserMetadata(loadedDataConverter, summary, details, context)) ?? null,
  };
}

function memoOf({ observation }: Notification, { rails: { mode } }: CaseSettings): Record<string, unknown> {
  return {
    [memoKeys.fingerprint]: observation.fingerprint,
    ...(mode === 'dry-run' && { [memoKeys.mode]: mode }),
  };
}

/** The search attributes that a case starts with; nothing in them that fits no grammar. */
export function searchAttributesOf(finding: Finding): TypedSearchAttributes {
  const keywords = Object.entries(searchKeywords(finding)).map(([name, value]) => ({
    key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
    value,
  }));
  return new TypedSearchAttributes([
    ...keywords,
    { key: defineSearchAttributeKey('Updated', SearchAttributeType.DATETIME), value: new Date() },
  ]);
}

function projectOf(finding: Finding): string {
  return finding.projectDisplayName || (finding.resource?.project ?? '');
}

/** Temporal's UI renders summary and details as Markdown: nothing that could be a link, an image or markup gets in. */
const shownGrammar = /(?!.*\/\/)[A-Za-z0-9 .:/()-]{1,120}/;

function shownAs(finding: Finding): { readonly summary: string; readonly details: string } {
  const shown = (text: string): string => searchValue(text, shownGrammar);
  const place =
    finding.resource &&
    `${finding.resource.kind} ${shown(finding.resource.name)} in ${shown(finding.resource.location)}`;
  return {
    summary: `${shown(finding.category)} on ${place ?? 'another resource'}`,
    details: [
      `Severity: ${shown(finding.severity)}`,
      `Project: ${shown(projectOf(finding))}`,
      `Event time: ${shown(finding.eventTime)}`,
    ].join('  \n'),
  };
}
