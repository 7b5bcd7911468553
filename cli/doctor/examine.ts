import type { Configuration } from '../../runtime/configuration.ts';
import { pageWidth, say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { wrap } from '../terminal/wrap.ts';
import type { Check } from './check.ts';
import { checkNode, checkTemporalCli } from './machine.ts';
import { checkSandbox, checkVirusTotal } from './outside.ts';
import { checkDeadLetters, checkHalt, checkState, checkTrust } from './state.ts';
import { checkTemporal } from './temporal.ts';

/** Looks at everything that Firebreak needs, and says what to do; answers the exit code: 1 where something does not work. */
export async function examine(configuration: Configuration, json: boolean): Promise<0 | 1> {
  const checks: Check[] = [
    checkNode(),
    await checkTemporalCli(),
    ...(await checkState(configuration)),
    ...(await checkTemporal(configuration)),
    await checkSandbox(configuration),
    checkVirusTotal(configuration),
    ...(await checkTrust(configuration)),
    await checkHalt(configuration),
    await checkDeadLetters(configuration),
  ];
  if (json) sayJson(checks);
  else for (const check of checks) sayCheck(check);
  return checks.some(({ status }) => status === 'fail') ? 1 : 0;
}

const nameColumns = 18;

function sayCheck({ name, status, detail, todo }: Check): void {
  const paint = paintFor(process.stdout);
  const mark = { ok: paint.good('ok  '), warn: paint.attention('warn'), fail: paint.bad('fail') }[status];
  const [first = '', ...rest] = wrap(shown(detail), pageWidth() - 6 - nameColumns);
  say(`${mark}  ${name.padEnd(nameColumns)}${first}`);
  for (const line of rest) say(' '.repeat(6 + nameColumns) + line);
  if (todo !== '')
    for (const line of wrap(todo, pageWidth() - 8 - nameColumns)) say(' '.repeat(6 + nameColumns) + paint.strong(line));
}
