import type { Outcome, Result } from '../../contract/result.ts';
import { outcomes, type Report } from '../../contract/report.ts';
import { say, tell } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';

/** Says which check begins, to whoever waits for it: some take minutes. */
export function sayStart(id: string, at: number, of: number): void {
  if (process.stderr.isTTY) tell(paintFor(process.stderr).faint(`checking  ${id} (${at} of ${of})`));
}

/** Says one result as it comes. */
export function sayResult({ id, outcome, seen }: Result): void {
  // Those without a check are on the page, and at the end in number.
  if (outcome === 'not checked') return;
  tell(`${marked(outcome, process.stderr)}  ${id}: ${shown(seen, 400)}`);
}

/** Says how it ended: numbers, each contradiction, and the switches that play what was seen. */
export function saySummary({ counts, results, reality, stopped, left }: Report, path: string): void {
  if (stopped) say('Stopped before the end.');
  say(outcomes.map((outcome) => `${counts[outcome]} ${outcome}`).join(', '));
  for (const { id, outcome, statement, seen, reality: way } of results) {
    if (outcome !== 'contradicted') continue;
    say();
    say(`${marked(outcome, process.stdout)}  ${id}: ${shown(statement)}`);
    say(`  seen: ${shown(seen)}`);
    if (way?.way !== undefined) say(`  the sandbox plays that with: --reality ${way.name}=${way.way}`);
  }
  if (reality.length > 1) {
    say();
    say(`All of it: ${reality.map((one) => `--reality ${one}`).join(' ')}`);
  }
  for (const line of left) say(`NOT deleted: ${shown(line)}. Delete it by hand: it may cost money`);
  say(`Report: ${path}.json, ${path}.md`);
}

function marked(outcome: Outcome, stream: NodeJS.WriteStream): string {
  const paint = paintFor(stream);
  const colour = {
    confirmed: paint.good,
    contradicted: paint.bad,
    'not permitted': paint.attention,
    'not checked': paint.faint,
  };
  return colour[outcome](outcome);
}
