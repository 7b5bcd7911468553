import { plain } from './display.ts';
import { maskText } from './secrets.ts';

/** What was received is not a finding that can be read. The message says what, where and what was expected; it is safe to show. */
export class FindingParseError extends Error {
  override readonly name = 'FindingParseError';
  /** Where in the document, such as `listFindingsResults[2].finding.name`; empty for the whole of it. */
  readonly where: string;
  /** What is wrong and what was expected. */
  readonly problem: string;

  constructor(where: string, problem: string) {
    super(`${where === '' ? 'the document' : where}: ${problem}`);
    this.where = where;
    this.problem = problem;
  }
}

/** How a value from outside is quoted in a message: its kind, and at most 80 characters of it made safe, secrets masked. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : `"${plain(maskText(value), 80)}"`;
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
