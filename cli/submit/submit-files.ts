import { FindingParseError } from '../../model/finding-error.ts';
import { plain } from '../../model/display.ts';
import { whyForeign } from '../../model/finding-owners.ts';
import { whyNotOurs } from '../../model/finding-why-not-ours.ts';
import type { FindingRecord } from '../../model/parse-finding.ts';
import type { HandlingTools } from '../../intake/handle-message.ts';
import { handlingTools } from '../../intake/handling-tools.ts';
import { underKnownCase } from '../../intake/known-case.ts';
import { isOutage } from '../../intake/outage.ts';
import { deliver } from '../../intake/start-case.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { messageOf } from '../../runtime/errors.ts';
import { receivedRecords } from '../../runtime/received-text.ts';
import { withClient } from '../cases/with-client.ts';
import { readBytes } from '../terminal/input.ts';
import { say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { exitCodeFor, outcomeWords, type Submitted, submitOutcome } from './submitted.ts';

/** A file may be so large: bytes, and UTF-16 code units unpacked. An export holds many findings, a message few. */
const largestFile = 64 * 1024 * 1024;

/** How findings are submitted. */
export interface SubmitOptions {
  readonly json: boolean;
  /** The cases that are started change nothing; one that runs already keeps its mode. */
  readonly dryRun: boolean;
  readonly typed: (words: string) => string;
}

/**
 * Makes a case of each finding of the files, whatever else is in them; answers the exit code. Throws UserError where a file cannot be read, and, once it is said
 * what was done before, what stops all of them.
 */
export async function submitFiles(
  configuration: Configuration,
  files: readonly string[],
  { json, dryRun, typed }: SubmitOptions,
): Promise<number> {
  const contents: { readonly file: string; readonly records: readonly FindingRecord[] | string }[] = [];
  for (const file of files) contents.push({ file, records: recordsOf(await readBytes(file, largestFile)) });
  const submitted: Submitted[] = [];
  try {
    await withClient(configuration, async (client) => {
      const usual = handlingTools(configuration, client, true);
      const tools = dryRun ? { ...usual, rails: { ...usual.rails, mode: 'dry-run' as const } } : usual;
      for (const { file, records } of contents) {
        if (typeof records === 'string') submitted.push({ file, refused: records });
        else for (const record of records) submitted.push(await submitOne(file, record, tools));
      }
    });
  } finally {
    if (json) sayJson(submitted);
    else for (const one of submitted) sayOne(one, typed, dryRun);
  }
  return exitCodeFor(submitted);
}

/** The records of a file, or why there are none. */
function recordsOf(bytes: Uint8Array): readonly FindingRecord[] | string {
  try {
    const records = receivedRecords(bytes, largestFile);
    return records.length === 0 ? 'it holds no finding' : records;
  } catch (error) {
    if (error instanceof FindingParseError) return error.message;
    throw error;
  }
}

async function submitOne(file: string, record: FindingRecord, tools: HandlingTools): Promise<Submitted> {
  const at = { file, ...(record.place !== '' && { record: record.place }) };
  if ('error' in record) return { ...at, refused: record.error.problem };
  const { parsed } = record;
  const refused = whyNotOurs(parsed.finding) ?? whyForeign(parsed, tools.parents);
  if (refused !== undefined) return { ...at, refused };
  try {
    const { caseId, outcome } = await deliver(await underKnownCase(parsed, tools.openedFolder), tools);
    return { ...at, case: caseId, outcome: submitOutcome(outcome) };
  } catch (error) {
    if (isOutage(error)) throw error;
    return { ...at, refused: plain(messageOf(error), 500) };
  }
}

function sayOne(one: Submitted, typed: (words: string) => string, dryRun: boolean): void {
  const at = shown(one.record === undefined ? one.file : `${one.file}, ${one.record}`);
  if ('refused' in one) say(paintFor(process.stdout).bad(`${at}: refused: ${shown(one.refused)}`));
  else say(`${at}: ${outcomeWords(one.outcome, dryRun)}  ${typed(`case ${one.case}`)}`);
}
