import type { Client } from '@temporalio/client';
import { caseWorkflow } from '../model/temporal-names.ts';
import { codeOf, messageOf } from '../runtime/errors.ts';
import { describeCase } from './current-run.ts';
import { endWord, howItEnded, resetFrom } from './how-it-ended.ts';
import { openedIds } from './known-case.ts';
import { isOutage } from './outage.ts';
import { reopenLost } from './reopen-lost.ts';
import type { DeliveryTools } from './start-case.ts';

/** Where it looks, and whom it tells. */
export interface SweepOptions {
  readonly tools: DeliveryTools;
  /** The folder of the records of opened cases. */
  readonly folder: string;
  readonly warn: (about: Readonly<Record<string, string>>, text: string) => void;
  readonly signal: AbortSignal;
}

/** Ends that are younger are told by the list, milliseconds: longer than visibility lags or a sweep may fail. */
const recently = 3_600_000;
/** The list may be long. */
const listMilliseconds = 30_000;

/** What Temporal lists: the run of each case that runs, and the newest of each that ended a short while ago. */
interface Listed {
  readonly running: ReadonlyMap<string, string>;
  readonly ended: ReadonlyMap<string, string>;
}

/**
 * Looks for cases that intake has opened, that no signed record closes, and whose newest run in Temporal does not run, or is gone: says so, and opens
 * each again. One list of Temporal's a time; what that shows is confirmed run by run, since it lags.
 */
export function createSweep({ tools, folder, warn, signal }: SweepOptions): () => Promise<void> {
  const { archive, client, opened } = tools;
  /** Cases whose newest run is known: proved to be closed, or seen running. */
  const closed = new Map<string, string>();
  const running = new Map<string, string>();
  const told = new Set<string>();

  async function sweepOne(id: string, listed: Listed): Promise<void> {
    const run = listed.running.get(id);
    if (run !== undefined) return running.get(id) === run ? undefined : noteRunning(id, run);
    if (closed.has(id) && (listed.ended.get(id) ?? closed.get(id)) === closed.get(id)) return;
    await judge(id);
  }

  /** A run that intake has not started: by the watch after containment, or by a reset. */
  async function noteRunning(id: string, run: string): Promise<void> {
    const record = await opened.read(id);
    if (record !== undefined && record.run !== run) {
      const from = await resetFrom(client, id, run);
      if (from !== undefined)
        warn({ case: id, run, from }, 'a case was reset in Temporal by somebody, not by Firebreak: it runs again');
      await opened.write({ ...record, run, openedAt: new Date().toISOString(), byMessage: false });
    }
    running.set(id, run);
  }

  async function judge(id: string): Promise<void> {
    const record = await opened.read(id);
    if (record === undefined) return;
    const entry = await archive.read(id);
    const newest = await describeCase(client, id);
    if (newest == null) {
      if (entry !== undefined && (entry.run === record.run || entry.closedAt > record.openedAt))
        return void closed.set(id, entry.run);
      return reopen(id, record.run, 'is gone from Temporal: deleted by somebody, not by Firebreak');
    }
    const how = endWord(newest.status);
    const run = newest.execution?.runId ?? '';
    if (how === undefined) return;
    if (entry?.run === run) return void closed.set(id, run);
    await reopen(id, run, await howItEnded(client, id, run, how));
  }

  async function reopen(id: string, run: string, how: string): Promise<void> {
    const again = await reopenLost(tools, id, run, how);
    if (again !== undefined) warn({ case: id, run, again }, `the run of a case ${how}: the case is opened again`);
  }

  return async function sweep() {
    const ids = await openedIds(folder);
    if (ids.length === 0) return;
    const listed = await list(client);
    for (const id of ids) {
      if (signal.aborted) return;
      try {
        await sweepOne(id, listed);
      } catch (error) {
        if (isOutage(error) && codeOf(error) !== 'ENOENT') throw error;
        // What does not hold, or is missing, stops its own case only, and is told once.
        const why = messageOf(error);
        if (!told.has(why)) warn({ case: id }, why);
        told.add(why);
      }
    }
  };
}

async function list(client: Client): Promise<Listed> {
  const since = new Date(Date.now() - recently).toISOString();
  const query = `WorkflowType = '${caseWorkflow}' AND (ExecutionStatus = 'Running' OR CloseTime > '${since}')`;
  const running = new Map<string, string>();
  const ended = new Map<string, { readonly run: string; readonly startedAt: number }>();
  await client.withDeadline(Date.now() + listMilliseconds, async () => {
    for await (const { workflowId, runId, status, startTime } of client.workflow.list({ query, pageSize: 1_000 })) {
      const startedAt = startTime.getTime();
      if (status.name === 'RUNNING') running.set(workflowId, runId);
      else if ((ended.get(workflowId)?.startedAt ?? 0) < startedAt) ended.set(workflowId, { run: runId, startedAt });
    }
  });
  return { running, ended: new Map([...ended].map(([id, { run }]) => [id, run])) };
}
