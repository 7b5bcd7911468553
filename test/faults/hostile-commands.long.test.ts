import { writeFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analystKeyPath } from '../../cli/decide/analyst-key.ts';
import { casePage } from '../../cli/page/case-page.ts';
import { asChecked } from '../../cli/page/fixtures/read-view.ts';
import { noPaint } from '../../cli/terminal/paint.ts';
import { type Ended, runFirebreak } from '../../cli/test/run-firebreak.ts';
import type { CaseView } from '../../model/case.ts';
import { decideMessage } from '../../model/temporal-names.ts';
import { seedScenario } from '../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { eventsOf, taskFailures } from './support/history-steps.ts';

let system: System;
let ana: Analyst;
let view: CaseView;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  await writeFile(analystKeyPath(system.paths, 'ana'), JSON.stringify(ana.key));
  view = await proposedCase();
});
afterAll(() => system.close());

async function proposedCase(): Promise<CaseView> {
  const { caseId, notification } = seedScenario(system.sandbox);
  system.sandbox.control.publish(notification);
  return system.until(caseId, ['proposed']);
}

const run = (...args: string[]): Promise<Ended> =>
  runFirebreak(['--state-dir', system.stateDir, ...args], {
    ...system.environment,
    TEMPORAL_ADDRESS: system.address,
  });

/** Nothing in it moves a cursor, reorders or hides text, and no stack. */
function harmless(text: string): void {
  expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}|\p{Cs}/u);
  expect(text).not.toMatch(/^\s+at .*:\d+:\d+/m);
}

async function untouched(id: string, changes: number): Promise<void> {
  expect((await system.view(id)).state).toBe('proposed');
  expect(system.changes()).toHaveLength(changes);
  expect(taskFailures(await eventsOf(system.client, id))).toEqual([]);
}

const ansi = '\u001b]0;owned\u0007\u001b[2J\u001b[31m';
const bidi = '\u202egnp.exe\u2066\u200b';
const shell = '"; reboot; $(reboot) `reboot` \\ %s %n';
const rude = [ansi, bidi, shell, '../../../etc/passwd', '__proto__', '\ud800', 'x'.repeat(10_000), '-1', '\n\r\t'];

test.each([
  ...rude.map((text) => ['a plan', (id: string) => ['approve', id, `--plan=${text}`, '--reason=r'], 1] as const),
  ['no plan', (id) => ['approve', id, '--plan=', '--reason=r'], 1],
  ['a plan that is not offered', (id) => ['approve', id, '--plan=evict-000000', '--reason=r'], 1],
  ...rude
    .slice(0, 6)
    .map((text) => ['a case', () => ['approve', text, '--plan=evict-000000', '--reason=r'], 1] as const),
  ['a case with path segments', () => ['approve', 'finding-1-a/../b', '--plan=evict-000000', '--reason=r'], 1],
  [
    'a case in a long name',
    () => ['approve', `finding-1-${'a'.repeat(5_000)}`, '--plan=evict-000000', '--reason=r'],
    1,
  ],
  ['an empty case', () => ['approve', '', '--plan=evict-000000', '--reason=r'], 1],
  ['a reason of 10 kB', (id) => ['dismiss', id, `--reason=${'r'.repeat(10_000)}`], 2],
  ['a reason of nothing', (id) => ['dismiss', id, '--reason= \n\t'], 2],
  ['an analyst', (id) => ['dismiss', id, '--reason=r', `--as=../${ansi}`], 1],
  ['an option', (id) => ['dismiss', id, '--reason=r', `--${ansi}${bidi}`], 2],
  ['a command', () => [`${ansi}${bidi}`], 2],
  ['too many words', (id) => ['dismiss', id, ansi, bidi, '--reason=r'], 2],
] satisfies readonly (readonly [string, (id: string) => readonly string[], number])[])(
  'hostile words for %s: refused with the right exit code, harmless on the terminal, and the case is untouched',
  async (_what, words, code) => {
    const changes = system.changes().length;
    const ended = await run(...words(view.id));
    harmless(ended.stdout + ended.stderr);
    expect(ended, JSON.stringify(ended)).toMatchObject({ code, stdout: '' });
    expect(ended.stderr.length).toBeLessThan(6_000);
    await untouched(view.id, changes);
  },
);

test('any text as plan, reason, case or analyst on the command line: never accepted, never raw on the terminal', async () => {
  const changes = system.changes().length;
  // The system itself ends an argument at a NUL.
  const word = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\0', ''));
  await fc.assert(
    fc.asyncProperty(word, word, fc.option(word, { nil: view.id }), async (plan, reason, id) => {
      const { code, stdout, stderr } = await run('approve', `--plan=${plan}`, `--reason=${reason}`, '--', id);
      harmless(stdout + stderr);
      expect([1, 2]).toContain(code);
    }),
    { numRuns: 8 },
  );
  await untouched(view.id, changes);
});

test('decisions with any text in them, truly signed: each is answered or turned away, no workflow task fails, and they can be shown', async () => {
  const noisy = await proposedCase();
  const handle = system.client.workflow.getHandle(noisy.id);
  const changes = system.changes().length;
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3_000 }),
    fc.constantFrom(...rude, '\0', '\ud800\ud800'),
  );
  const plan = fc.oneof(text, fc.constant('f'.repeat(64)));
  await fc.assert(
    fc.asyncProperty(text, plan, text, fc.boolean(), async (reason, digest, id, ownId) => {
      const change = { reason, ...(ownId && { id }) };
      const signed = await system
        .sign(noisy, ana, { kind: 'plan', plan: digest }, change)
        // A lone surrogate has no canonical JSON: it cannot be signed.
        .catch(() => undefined);
      if (signed === undefined) return;
      await handle.signal(decideMessage, signed);
      const outcome = await system.send(noisy.id, signed).then(
        (answer) => answer.outcome,
        () => 'turned away',
      );
      expect(['stale', 'duplicate', 'not-authorised', 'turned away']).toContain(outcome);
    }),
    { numRuns: 40 },
  );
  await untouched(noisy.id, changes);
  const after = await system.view(noisy.id);
  harmless(
    casePage(asChecked(after), { width: 100, paint: noPaint, now: Date.now(), typed: (words) => words }).join('\n'),
  );
  expect((await system.approve(after, ana, 'evict')).outcome).toBe('accepted');
  expect((await system.until(noisy.id, ['contained', 'failed'])).state).toBe('contained');
});

test('an approval with a hostile reason is taken as it is, and is harmless wherever it is shown', async () => {
  const plan = view.proposal!.plans.find(({ recommended }) => recommended)!.id;
  const reason = `${ansi}${bidi}${shell}`;
  const approved = await run('approve', view.id, `--plan=${plan}`, `--reason=${reason}`);
  harmless(approved.stdout + approved.stderr);
  expect(approved.code, approved.stdout + approved.stderr).toBe(0);
  const shown = await run('case', view.id);
  harmless(shown.stdout);
  expect(shown.stdout).toContain('u{1b}');
  const json = await run('case', view.id, '--json');
  harmless(json.stdout);
  const { decisions } = JSON.parse(json.stdout) as CaseView;
  expect(decisions.map(({ decision }) => decision.reason)).toContain(reason);
});
