/** What stands between the cells of a row. */
type Delimiter = ',' | ';' | '\t';

/** A row of a CSV, with the line that it begins on, from 1. Without cells where a quote in it is not closed. */
export interface CsvRow {
  readonly line: number;
  readonly text: string;
  readonly cells?: readonly string[];
}

/**
 * The rows of a CSV (RFC 4180), empty lines left out. A quote that nothing closes, or only what belongs to another cell, ends with its line: a bad row
 * takes no other with it.
 */
export function csvRows(text: string, delimiter: Delimiter): CsvRow[] {
  const rows: CsvRow[] = [];
  const lastQuote = text.lastIndexOf('"');
  let line = 1;
  for (let at = 0; at < text.length;) {
    const cells = cellsAt(text, at, delimiter, lastQuote);
    const end = cells?.end ?? lineEnd(text, at);
    const row = text.slice(at, end);
    if (row.trim() !== '') rows.push({ line, text: row, ...(cells !== undefined && { cells: cells.values }) });
    line += row.split('\n').length;
    at = end + 1;
  }
  return rows;
}

/** The cells of the row that begins at `from`, and where its line ends; undefined where a quote is not closed. */
function cellsAt(text: string, from: number, delimiter: Delimiter, lastQuote: number) {
  const values: string[] = [];
  for (let at = from; ; at += 1) {
    if (text[at] === '"') {
      const close = closingQuote(text, at, lastQuote);
      if (close === undefined) return undefined;
      values.push(text.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 1;
      if (text[at] === '\r') at += 1;
    } else {
      const begin = at;
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n') at += 1;
      values.push(text.slice(begin, at).replace(/\r$/, ''));
    }
    if (text[at] === '\n' || at >= text.length) return { values, end: at };
    if (text[at] !== delimiter) return undefined;
  }
}

function closingQuote(text: string, from: number, lastQuote: number): number | undefined {
  for (let at = from + 1; at <= lastQuote; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at;
    at += 1;
  }
  return undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
