import type { Configuration } from '../../runtime/configuration.ts';
import { sayJson } from '../terminal/output.ts';
import { checksOf, examineProject, type Scope } from './examine-project.ts';
import type { Checked } from './run-checks.ts';
import { sayChecked, saySummary, waiting } from './say-lines.ts';

/** 0: nothing failed. 1: something did. 3: nothing failed, and something is not known. */
export type PreflightCode = 0 | 1 | 3;

/** Looks at everything that a real project must have, and says what to do. Answers the exit code. */
export async function runPreflight(configuration: Configuration, scope: Scope, json: boolean): Promise<PreflightCode> {
  const progress = waiting(checksOf(scope).map(({ name }) => name));
  try {
    const found = await examineProject(configuration, scope, (checked) => {
      progress.done(checked.check);
      if (!json) sayChecked(checked);
    });
    if (json) sayJson(found.flatMap(({ check, lines }) => lines.map((line) => ({ check, ...line }))));
    else saySummary(found);
    return codeFor(found);
  } finally {
    progress.end();
  }
}

/** How the process ends. */
export function codeFor(found: readonly Checked[]): PreflightCode {
  const states = new Set(found.flatMap(({ lines }) => lines.map(({ status }) => status)));
  if (states.has('failed')) return 1;
  return states.has('not-known') ? 3 : 0;
}
