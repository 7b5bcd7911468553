import { isUtf8 } from 'node:buffer';
import { decodeFindingBytes } from '../model/finding-json.ts';
import { FindingParseError } from '../model/finding-error.ts';
import type { ParsedFinding } from '../model/finding.ts';
import { whyForeign } from '../model/finding-owners.ts';
import { whyNotOurs } from '../model/finding-why-not-ours.ts';
import { plain } from '../model/display.ts';
import { parseFindings } from '../model/parse-finding.ts';
import { messageOf } from '../runtime/errors.ts';
import { messageOfLetter, type DeadLetters } from './dead-letters.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { isOutage } from './outage.ts';
import { deliver, type Delivery, type DeliveryTools } from './start-case.ts';

/** What a message's handling needs. */
export interface HandlingTools extends DeliveryTools {
  readonly deadLetters: DeadLetters;
  /** Whose findings are ours: `organizations/N`, `folders/N`, `projects/N`. */
  readonly parents: readonly string[];
}

/** Why a message became a dead letter: its bytes cannot be read, one of its findings cannot become a case, or is of none of our parents. */
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

/**
 * Takes one message: every finding in it is delivered, counted as not ours, or the message is a dead letter; then it may be acknowledged.
 * Throws where the message must stay (see isOutage); handling it again is always right.
 */
export async function handleMessage(message: IncomingMessage, tools: HandlingTools): Promise<HandledMessage> {
  return handle(message, tools, readFindings);
}

async function handle(
  message: IncomingMessage,
  tools: HandlingTools,
  read: (message: IncomingMessage) => ParsedFinding[],
): Promise<HandledMessage> {
  const deliveries: Delivery[] = [];
  const notOurs: string[] = [];
  let findings: ParsedFinding[];
  try {
    findings = read(message);
  } catch (error) {
    // Reading is pure: whatever it throws, it would throw again.
    const { id } = await tools.deadLetters.put(
      message,
      error instanceof FindingParseError ? error.message : shown(error),
    );
    return { deliveries, notOurs, deadLetter: { id, why: 'unreadable' } };
  }
  const failures: string[] = [];
  let why: DeadLettered['why'] = 'foreign';
  for (const parsed of findings) {
    try {
      const reason = whyNotOurs(parsed.finding);
      const foreign = whyForeign(parsed, tools.parents);
      if (reason !== undefined) notOurs.push(reason);
      else if (foreign === undefined) deliveries.push(await deliver(parsed, tools));
      else failures.push(`${parsed.finding.caseId} is not ours: ${foreign}`);
    } catch (error) {
      if (isOutage(error)) throw error;
      why = 'undeliverable';
      failures.push(`${parsed.finding.caseId} cannot be delivered: ${shown(error)}`);
    }
  }
  if (failures.length === 0) return { deliveries, notOurs };
  const originals = findings.flatMap(({ originalSha256 }) => originalSha256 ?? []);
  const { id } = await tools.deadLetters.put(message, failures.join('; '), originals);
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
  const handled = await handle(messageOfLetter(letter), { ...tools, deadLetters: again }, (message) =>
    withOriginals(readFindings(message), letter.findings),
  );
  if (handled.deadLetter === undefined) await tools.deadLetters.remove(id);
  return handled;
}

/** The findings of a dead letter are masked: what their digests were is known from when they were received, or not at all. */
function withOriginals(findings: readonly ParsedFinding[], originals: readonly string[]): ParsedFinding[] {
  const known = findings.length === originals.length;
  return findings.map(({ originalSha256: _masked, ...finding }, index) => {
    const originalSha256 = known ? originals[index] : undefined;
    return { ...finding, ...(originalSha256 !== undefined && { originalSha256 }) };
  });
}

function readFindings({ data }: IncomingMessage): ParsedFinding[] {
  if (!isUtf8(data)) throw new FindingParseError('', `expected UTF-8, got ${data.length} bytes of something else`);
  const findings = parseFindings(decodeFindingBytes(new TextDecoder().decode(data)));
  if (findings.length === 0) throw new FindingParseError('', 'holds no finding');
  return findings;
}

/** An error's text may quote what was received. */
function shown(error: unknown): string {
  return plain(messageOf(error), 500);
}
