import type { OpenedCase } from '../model/opened-case.ts';
import type { IntakeFiles } from '../runtime/archive-index.ts';
import type { CaseSettings, Notification } from './case-requests.ts';

/**
 * Remembers outside Temporal that a case was opened, before the message is acknowledged. A case that runs already was remembered by who opened
 * it, but for one who was killed in between.
 */
export async function rememberOpened(
  { opened, rails, submitted }: Pick<IntakeFiles, 'opened'> & CaseSettings,
  { finding, observation }: Notification,
  run: string,
  isNew: boolean,
): Promise<void> {
  const known = remembered(opened);
  if (!isNew && known.has(finding.caseId)) return;
  if (isNew || (await opened.read(finding.caseId)) === undefined) {
    const record: OpenedCase = {
      type: 'firebreak.opened.v1',
      case: finding.caseId,
      run,
      openedAt: new Date().toISOString(),
      byMessage: isNew,
      observation,
      submitted,
      dryRun: rails.mode === 'dry-run',
    };
    await opened.write(record);
  }
  known.add(finding.caseId);
}

/** Cases whose file this process has seen: news of a running case costs no file. */
const seen = new WeakMap<object, Set<string>>();

function remembered(opened: object): Set<string> {
  const known = seen.get(opened) ?? new Set();
  seen.set(opened, known);
  return known;
}
