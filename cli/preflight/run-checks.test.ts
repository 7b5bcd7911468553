import { expect, test } from 'vitest';
import type { Check, Preflight } from './check.ts';
import { ok } from './line.ts';
import { runChecks } from './run-checks.ts';

/** What these checks look at: nothing. */
const nothing = {} as Omit<Preflight, 'signal'>;
const check = (name: string, look: Check['look']): Check => ({ name, asksGoogle: false, look });

test('a check that never answers, and one that breaks, leave the others to be told, each in its place', async () => {
  const told: string[] = [];
  let aborted: AbortSignal | undefined;
  const found = await runChecks(
    [
      check('first', async () => [ok('well')]),
      check('silent', ({ signal }) => {
        aborted = signal;
        return new Promise(() => {});
      }),
      check('broken', async () => {
        throw new TypeError('of no use');
      }),
      check('last', async () => [ok('well too')]),
    ],
    nothing,
    50,
    ({ check: name, lines }) => told.push(...lines.map(({ status, detail }) => `${name} ${status}: ${detail}`)),
  );
  expect(told).toEqual([
    'first ok: well',
    'silent not-known: no answer within 0.05 s',
    'broken not-known: the check itself failed: of no use',
    'last ok: well too',
  ]);
  expect(found.map((one) => one.check)).toEqual(['first', 'silent', 'broken', 'last']);
  expect(aborted?.aborted).toBe(true);
});
