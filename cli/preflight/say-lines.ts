import { pageWidth, say } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { wrap } from '../terminal/wrap.ts';
import type { Line } from './line.ts';
import type { Checked } from './run-checks.ts';

const statusColumns = 11;
const nameColumns = 17;
const words = { ok: 'ok', attention: 'attention', failed: 'failed', 'not-known': 'not known' } as const;

/** Says what a check found: each line, and below it what to do. */
export function sayChecked({ check, lines }: Checked): void {
  const paint = paintFor(process.stdout);
  const colour = { ok: paint.good, attention: paint.attention, failed: paint.bad, 'not-known': paint.faint };
  const indent = ' '.repeat(statusColumns + nameColumns);
  const width = pageWidth() - indent.length;
  for (const { status, detail, todo } of lines) {
    const [first = '', ...rest] = wrap(shown(detail, 2_000), width);
    say(`${colour[status](words[status].padEnd(statusColumns))}${check.padEnd(nameColumns)}${first}`);
    for (const line of rest) say(indent + line);
    if (todo === '') continue;
    for (const line of wrap(shown(todo, 2_000), width)) say(indent + paint.strong(line));
  }
}

/** Says how many lines there are of each kind. */
export function saySummary(found: readonly Checked[]): void {
  const all = found.flatMap(({ lines }) => lines);
  const count = (status: Line['status']) => all.filter((line) => line.status === status).length;
  say();
  say(
    `${count('ok')} ok, ${count('attention')} attention, ${count('failed')} failed, ${count('not-known')} not known. Nothing was written anywhere.`,
  );
}

/** On a terminal: which check is waited for, on the last line of standard error. */
export function waiting(names: readonly string[]): { done(name: string): void; end(): void } {
  const { stderr } = process;
  const left = [...names];
  const show = (): void => {
    if (stderr.isTTY)
      stderr.write(left.length === 0 ? '\r\u001b[K' : `\r\u001b[K… ${left[0] ?? ''} (${left.length} to go)`);
  };
  show();
  return {
    done(name) {
      left.splice(left.indexOf(name), 1);
      if (stderr.isTTY) stderr.write('\r\u001b[K');
    },
    end() {
      left.length = 0;
      show();
    },
  };
}
