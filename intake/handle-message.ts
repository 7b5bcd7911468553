import { FindingParseError } from '../model/finding-error.ts';
import { whyForeign } from '../model/finding-owners.ts';
import { whyNotOurs } from '../model/finding-why-not-ours.ts';
import { plain } from '../model/display.ts';
import type { FindingRecord } from '../model/parse-finding.ts';
import { messageOf } from '../runtime/errors.ts';
import { receivedRecords } from '../runtime/received-text.ts';
import { messageOfLetter, type DeadLetters } from './dead-letters.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { underKnownCase } from './known-case.ts';
import { isOutage } from './outage.ts';
import { deliver, type Delivery, type DeliveryTools } from './start-case.ts';

/** What a message's handling needs. */
export interface HandlingTools extends DeliveryTools {
  readonly deadLetters: DeadLetters;
  /** Whose findings are ours: `organizations/N`, `folders/N`, `projects/N`. */
  readonly parents: readonly string[];
  /** Where intake keeps which cases it has opened. */
  readonly openedFolder: string;
}

/** Why a message became a dead letter: its bytes or one of its records cannot be read, one of its findings cannot become a case, or is of none of our parents. */
export interface DeadLettered {
  readonly id: string;
  readonly why: 'unreadable' | 'undeliverable' | 'foreign';
}

/** What became of a message, finding by finding. It may be acknowledged. */
export interface HandledMessage {
  readonly deliveries: readonly Delivery[];
  /** A reason for each finding that is not for Firebreak; safe to show. */
  readonly notOurs: readonly string[];
  readonly deadLetter?: DeadLettered;
}

/** So many reasons are kept with a dead letter. */
const mostReasons = 20;

/**
 * Takes one message: every finding in it is delivered, counted as not ours, or the message is a dead letter; then it may be acknowledged. What cannot be
 * read of it takes none of the rest with it.
 * Throws where the message must stay (see isOutage); handling it again is always right.
 */
export async function handleMessage(message: IncomingMessage, tools: HandlingTools): Promise<HandledMessage> {
  return handle(message, tools, ({ data }) => receivedRecords(data));
}

async function handle(
  message: IncomingMessage,
  tools: HandlingTools,
  read: (message: IncomingMessage) => FindingRecord[],
): Promise<HandledMessage> {
  const deliveries: Delivery[] = [];
  const notOurs: string[] = [];
  let records: FindingRecord[];
  try {
    records = read(message);
    if (records.length === 0) throw new FindingParseError('', 'holds no finding');
  } catch (error) {
    // Reading is pure: whatever it throws, it would throw again.
    const { id } = await tools.deadLetters.put(
      message,
      error instanceof FindingParseError ? error.message : shown(error),
    );
    return { deliveries, notOurs, deadLetter: { id, why: 'unreadable' } };
  }
  const findings = records.flatMap((record) => ('parsed' in record ? [record.parsed] : []));
  const failures = records.flatMap((record) => ('error' in record ? [record.error.message] : []));
  let why: DeadLettered['why'] = failures.length > 0 ? 'unreadable' : 'foreign';
  for (const parsed of findings) {
    try {
      const reason = whyNotOurs(parsed.finding);
      const foreign = whyForeign(parsed, tools.parents);
      if (reason !== undefined) notOurs.push(reason);
      else if (foreign === undefined)
        deliveries.push(await deliver(await underKnownCase(parsed, tools.openedFolder), tools));
      else failures.push(`${parsed.finding.caseId} is not ours: ${foreign}`);
    } catch (error) {
      if (isOutage(error)) throw error;
      why = 'undeliverable';
      failures.push(`${parsed.finding.caseId} cannot be delivered: ${shown(error)}`);
    }
  }
  if (failures.length === 0) return { deliveries, notOurs };
  const originals = findings.flatMap(({ originalSha256 }) => originalSha256 ?? []);
  const { id } = await tools.deadLetters.put(message, reasonsOf(failures), originals);
  return { deliveries, notOurs, deadLetter: { id, why } };
}

/**
 * Handles a dead letter's message again, and removes the dead letter unless it is one again. Throws UserError where there is none of that
 * id, and what handleMessage throws.
 */
export async function retryDeadLetter(id: string, tools: HandlingTools): Promise<HandledMessage> {
  const letter = await tools.deadLetters.read(id);
  // Bytes that are no text are not kept, and would be unreadable again.
  if (letter.form === 'none') return { deliveries: [], notOurs: [], deadLetter: { id, why: 'unreadable' } };
  const again = {
    ...tools.deadLetters,
    put: (_: IncomingMessage, reason: string) => tools.deadLetters.keep(letter, reason),
  };
  const handled = await handle(messageOfLetter(letter), { ...tools, deadLetters: again }, ({ data }) =>
    withOriginals(receivedRecords(data), letter.findings),
  );
  if (handled.deadLetter === undefined) await tools.deadLetters.remove(id);
  return handled;
}

/** The findings of a dead letter are masked: what their digests were is known from when they were received, or not at all. */
function withOriginals(records: readonly FindingRecord[], originals: readonly string[]): FindingRecord[] {
  const known = records.filter((record) => 'parsed' in record).length === originals.length;
  let next = 0;
  return records.map((record) => {
    if ('error' in record) return record;
    const { originalSha256: _masked, ...parsed } = record.parsed;
    const originalSha256 = known ? originals[next] : undefined;
    next += 1;
    return { ...record, parsed: { ...parsed, ...(originalSha256 !== undefined && { originalSha256 }) } };
  });
}

function reasonsOf(failures: readonly string[]): string {
  const more = failures.length - mostReasons;
  return [...failures.slice(0, mostReasons), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** An error's text may quote what was received. */
function shown(error: unknown): string {
  return plain(messageOf(error), 500);
}
