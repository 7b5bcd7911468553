import type { Client } from '@temporalio/client';
import { folderArchiveIndex, intakeFiles, intakeFolders } from '../runtime/archive-index.ts';
import type { Configuration } from '../runtime/configuration.ts';
import { evidenceStore } from '../runtime/evidence-store.ts';
import { readRoleKey } from '../runtime/first-trust.ts';
import { sccParents } from '../runtime/scc-parents.ts';
import { taskQueues } from '../runtime/task-queues.ts';
import { trustDocument } from '../runtime/trust.ts';
import { deadLetterFolder } from './dead-letters.ts';
import type { HandlingTools } from './handle-message.ts';

/**
 * What makes cases out of findings, as configured. Intake uses it, `dead-letters retry`, and `submit` (with `submitted`: the finding came
 * from a person, not from SCC). Throws UserError where it is not known whose findings are ours.
 */
export function handlingTools(configuration: Configuration, client: Client, submitted = false): HandlingTools {
  const { paths } = configuration;
  const trust = trustDocument(configuration);
  let key: ReturnType<typeof readRoleKey> | undefined;
  return {
    client,
    evidence: evidenceStore(configuration.evidenceFolder),
    archive: folderArchiveIndex(paths.archiveIndex, trust),
    ...intakeFiles(paths.archiveIndex, trust, () => (key ??= readRoleKey(paths, 'intake'))),
    parents: sccParents(configuration),
    openedFolder: intakeFolders(paths.archiveIndex).opened,
    deadLetters: deadLetterFolder(paths.deadLetters),
    taskQueue: taskQueues(configuration.taskQueuePrefix).cases,
    times: configuration.times,
    rails: configuration.rails,
    submitted,
  };
}
