import { FindingParseError } from '../../model/finding-error.ts';
import { decodeFindingBytes } from '../../model/finding-json.ts';
import type { ParsedFinding } from '../../model/finding.ts';
import { whyForeign } from '../../model/finding-owners.ts';
import { whyNotOurs } from '../../model/finding-why-not-ours.ts';
import { parseFindings } from '../../model/parse-finding.ts';
import { handlingTools } from '../../intake/handling-tools.ts';
import { type Delivery, deliver } from '../../intake/start-case.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { withClient } from '../cases/with-client.ts';
import { readFileOrStdin } from '../terminal/input.ts';
import { say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';

/** What became of one finding of a file. */
type Submitted =
  | { readonly file: string; readonly case: string; readonly outcome: Delivery['outcome'] }
  | { readonly file: string; readonly refused: string };

/** How findings are submitted. */
export interface SubmitOptions {
  readonly json: boolean;
  /** The cases that are started change nothing; one that runs already keeps its mode. */
  readonly dryRun: boolean;
  readonly typed: (words: string) => string;
}

/** Starts a case for each finding of the files; answers the exit code: 1 where one was refused. Throws UserError where a file cannot be read. */
export async function submitFiles(
  configuration: Configuration,
  files: readonly string[],
  { json, dryRun, typed }: SubmitOptions,
): Promise<0 | 1> {
  const contents: { readonly file: string; readonly text: string }[] = [];
  for (const file of files) contents.push({ file, text: await readFileOrStdin(file) });
  const submitted = await withClient(configuration, async (client) => {
    const usual = handlingTools(configuration, client, true);
    const tools = dryRun ? { ...usual, rails: { ...usual.rails, mode: 'dry-run' as const } } : usual;
    const results: Submitted[] = [];
    for (const { file, text } of contents) {
      const findings = findingsIn(text);
      if (typeof findings === 'string') results.push({ file, refused: findings });
      else
        for (const parsed of findings) {
          const refused = whyNotOurs(parsed.finding) ?? whyForeign(parsed, tools.parents);
          if (refused !== undefined) results.push({ file, refused });
          else {
            const { caseId, outcome } = await deliver(parsed, tools);
            results.push({ file, case: caseId, outcome });
          }
        }
    }
    return results;
  });
  if (json) sayJson(submitted);
  else for (const one of submitted) sayOne(one, typed, dryRun);
  return submitted.some((one) => 'refused' in one) ? 1 : 0;
}

/** The findings, or why there are none. */
function findingsIn(text: string): ParsedFinding[] | string {
  try {
    const findings = parseFindings(decodeFindingBytes(text));
    return findings.length === 0 ? 'it holds no finding' : findings;
  } catch (error) {
    if (error instanceof FindingParseError) return error.message;
    if (error instanceof SyntaxError) return 'it is not JSON';
    throw error;
  }
}

function sayOne(one: Submitted, typed: (words: string) => string, dryRun: boolean): void {
  if ('refused' in one) say(paintFor(process.stdout).bad(`${shown(one.file)}: refused, ${shown(one.refused)}`));
  else say(`${shown(one.file)}: ${outcomeWords(one.outcome, dryRun)}  ${typed(`case ${one.case}`)}`);
}

function outcomeWords(outcome: Delivery['outcome'], dryRun: boolean): string {
  switch (outcome) {
    case 'started':
      return dryRun ? 'a case is started, as a dry run.' : 'a case is started.';
    case 'signalled':
      return `its case runs already, and was told${dryRun ? '; it stays as it was started, dry run or live' : ''}.`;
    case 'archived':
    case 'echo':
      return 'its case has ended, and this is no news.';
    case 'unchanged':
      return 'its case has ended, and this says what that saw.';
    case 'reopened':
      return 'its case is opened again.';
    default:
      throw new UserError(`unknown outcome ${String(outcome satisfies never)}`);
  }
}
