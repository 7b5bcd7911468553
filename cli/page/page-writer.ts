import type { Paint } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { columns, wrap } from '../terminal/wrap.ts';

/** How text is painted, after it was made safe and broken into lines. */
export type Style = (text: string) => string;

const asIs: Style = (text) => text;
const longestText = 1_500;

/**
 * Writes a page for a terminal, at most so many columns wide. Every text goes through `shown`, so nothing in it can act on the terminal; and
 * what goes on in a next line never stands where headings (column 0) and commands (column 4) do, so that no text passes for one of them.
 */
export class PageWriter {
  readonly lines: string[] = [];
  readonly width: number;
  readonly paint: Paint;
  private readonly labelColumns: number;

  constructor(width: number, paint: Paint, labelColumns = 18) {
    this.width = width;
    this.paint = paint;
    this.labelColumns = labelColumns;
  }

  /** Starts a section. */
  heading(text: string): void {
    this.gap();
    this.lines.push(this.paint.heading(text));
  }

  /** An empty line, unless there is one or nothing is written yet. */
  gap(): void {
    if (this.lines.length > 0 && this.lines.at(-1) !== '') this.lines.push('');
  }

  /** A paragraph of our own words; what they quote may be from outside. */
  text(text: string, style: Style = asIs, indent = 2): void {
    this.hanging(' '.repeat(indent), text, style, indent === 2 ? indent : indent + 2);
  }

  /** A list item, and under it the reason. */
  bullet(text: string, reason = '', style: Style = asIs): void {
    this.hanging('  - ', text, style, 6);
    if (reason !== '') this.hanging(' '.repeat(6), reason, this.paint.faint, 6);
  }

  /** A name and what stands for it; nothing is written where that is empty. */
  pair(label: string, text: string, style: Style = asIs, indent = 2): void {
    if (text === '') return;
    const lead = `${' '.repeat(indent)}${label.padEnd(this.labelColumns - 1)} `;
    const [first = '', ...rest] = this.broken(text, columns(lead));
    this.lines.push(`${this.paint.faint(lead)}${style(first)}`);
    for (const line of rest) this.lines.push(`${' '.repeat(columns(lead))}${style(line)}`);
  }

  /** Several texts under one name. */
  list(label: string, texts: readonly string[], indent = 2): void {
    texts.forEach((text, index) => this.pair(index === 0 ? label : '', text, asIs, indent));
  }

  /** What a person types, word by word: lines are continued with a backslash, so that it can be copied as it is. */
  command(words: readonly string[]): void {
    const [first = '', ...rest] = words.map((word) => shown(word, longestText));
    let line = `    ${first}`;
    for (const word of rest) {
      if (columns(line) + columns(word) + 3 > this.width) {
        this.lines.push(this.paint.strong(`${line} \\`));
        line = `      ${word}`;
      } else line = `${line} ${word}`;
    }
    this.lines.push(this.paint.strong(line));
  }

  private hanging(lead: string, text: string, style: Style, continued: number): void {
    const [first = '', ...rest] = this.broken(text, Math.max(lead.length, continued));
    this.lines.push(`${lead}${style(first)}`);
    for (const line of rest) this.lines.push(`${' '.repeat(continued)}${style(line)}`);
  }

  private broken(text: string, taken: number): string[] {
    return wrap(shown(text, longestText), Math.max(10, this.width - taken));
  }
}
