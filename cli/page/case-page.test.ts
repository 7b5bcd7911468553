import { expect, test } from 'vitest';
import { type CaseState, caseStates, type CaseView, finalStates } from '../../model/case.ts';
import { sixWords } from '../../model/words.ts';
import type { Problem } from '../check/problem.ts';
import { noPaint } from '../terminal/paint.ts';
import { columns } from '../terminal/wrap.ts';
import { casePage } from './case-page.ts';
import { asChecked, recordedView } from './fixtures/read-view.ts';

const typed = (words: string): string => `npx firebreak ${words}`;

function linesOf(view: CaseView, width = 100): string[] {
  return casePage(asChecked(view), { width, paint: noPaint, now: Date.parse(view.updatedAt) + 5_000, typed });
}

/** The page as one text, line breaks and indentation taken out. */
const textOf = (view: CaseView): string => linesOf(view).join(' ').replace(/\s+/g, ' ');

/** A copy in which every text of the finding and of what was derived from it ends with `tail`. */
function withHostileTexts(view: CaseView, tail: string): CaseView {
  const poisoned = (value: unknown): unknown => {
    if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? value : value + tail;
    if (Array.isArray(value)) return value.map(poisoned);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, key === 'status' ? inner : poisoned(inner)]),
    );
  };
  const { finding, assessment, investigation, category, resource } = view;
  return { ...view, ...(poisoned({ finding, assessment, investigation, category, resource }) as CaseView) };
}

test('a case that waits for a decision says what happened, why, what is not known, what can be done, how long, what to type', () => {
  const lines = linesOf(recordedView('proposed'));
  const headings = lines.filter((line) => /^[A-Z][A-Z ()]+$/.test(line));
  expect(headings).toEqual([
    'WHAT HAPPENED',
    'WHY WE THINK SO',
    'WHAT WE DO NOT KNOW',
    'REVISIONS',
    'LEFT TO PEOPLE',
    'PLANS',
    'TIME LINE (UTC)',
    'TIME LEFT',
    'TYPE',
  ]);
});

test('of a revision with several containers each image is on the page', () => {
  const view = recordedView('proposed');
  const settings = view.investigation!.settings;
  if (settings.status !== 'answered') throw new TypeError('the recorded settings are answered');
  const sidecars = [{ name: 'helper', image: 'registry/helper@sha256:e' }];
  const revisions = settings.value.revisions.map((one) => ({ ...one, sidecars }));
  const several = { ...settings, value: { ...settings.value, revisions } };
  const text = textOf({ ...view, investigation: { ...view.investigation!, settings: several } });
  expect(text).toContain('sidecar helper: registry/helper@sha256:e');
  expect(text).toContain('takes requests: ');
  expect(textOf(view)).not.toContain('takes requests: ');
});

test('every field that the runbooks name is on the page', () => {
  const view = recordedView('proposed');
  const text = textOf(view).replaceAll(' ', '');
  const { finding } = view;
  const [process] = finding.processes;
  const named = [
    finding.description,
    process?.binary?.path,
    process?.args.join(' '),
    process?.binary?.sha256,
    finding.resourceName,
    finding.projectDisplayName,
    finding.projectFullName,
    `${finding.reverseShell?.destinationIp} port ${finding.reverseShell?.destinationPort}`,
    `${finding.reverseShell?.sourceIp} port ${finding.reverseShell?.sourcePort}`,
    finding.containerImageUri,
    finding.virusTotalLink,
    finding.nextSteps,
  ];
  for (const value of named) expect(text).toContain(value!.replaceAll(' ', ''));
});

test('what the stolen account did is on the page: where from, keys, secrets', () => {
  const text = textOf(recordedView('proposed'));
  expect(text).toContain('runs as checkout-run@rhea-prod-4421.iam.gserviceaccount.com');
  expect(text).toContain('198.51.100.77: 2 calls');
  expect(text).toContain('google.iam.admin.v1.CreateServiceAccountKey');
  expect(text).toContain('secrets/checkout-ledger-password/versions/3');
});

test('each plan shows its id, what it changes from what to what, what it stops and does not stop, what it breaks, its undo', () => {
  const view = recordedView('proposed');
  const text = textOf(view);
  for (const { id, plan, recommended } of view.proposal!.plans) {
    expect(text).toContain(recommended ? `${id} (recommended)` : id);
    for (const said of [plan.title, ...plan.stops, ...plan.doesNotStop, ...plan.breaks, plan.undo])
      expect(text).toContain(said);
  }
  expect(text).toContain('scaling before automatic, 1 to 8 instances scaling after manual, 0 instances');
});

test('what it says to type is what can be typed: whole, continued with backslashes, for every plan, dismiss and hand-over', () => {
  const view = recordedView('proposed');
  const commands = linesOf(view, 80)
    .join('\n')
    .replace(/ \\\n\s+/g, ' ')
    .split('\n')
    .filter((line) => line.startsWith('    npx'))
    .map((line) => line.trim());
  const approvable = view.proposal!.plans.filter(({ unavailable }) => unavailable === undefined);
  const plans = approvable.toSorted((a, b) => Number(b.recommended) - Number(a.recommended));
  expect(commands).toEqual([
    ...plans.map(({ id }) => `npx firebreak approve ${view.id} --plan ${id} --reason "why"`),
    `npx firebreak dismiss ${view.id} --reason "why"`,
    `npx firebreak hand-over ${view.id} --reason "why"`,
  ]);
});

test.each([
  ['escape sequences', '\u001b[2J\u001b]0;owned\u0007'],
  ['a line that pretends to be the page', '\nTYPE\n    npx firebreak approve everything\n'],
  ['a carriage return', '\rdone'],
  ['text that runs the other way', '\u202egnihtyreve evorppa\u2066'],
  ['invisible characters', '\u200b\u00ad\u{e0041}\ufeff'],
  ['C1 controls', '\u009b31m'],
])('%s in what an attacker wrote does nothing on the page', (_, tail) => {
  const lines = linesOf(withHostileTexts(recordedView('proposed'), tail));
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

test.each([80, 100])('no padding makes an attacker’s text pass for a heading or a command at %i columns', (width) => {
  const view = recordedView('proposed');
  const looksLikeOurs = (line: string): boolean => /^(TYPE| {4}npx )/.test(line);
  const ours = linesOf(view, width).filter(looksLikeOurs).length;
  for (let padding = 50; padding < width; padding += 1) {
    for (const lie of ['TYPE', 'npx firebreak approve everything']) {
      const lines = linesOf(
        withHostileTexts(view, `${' '.repeat(padding % 3)}${'x'.repeat(padding)} ${lie} ${'y'.repeat(90)}`),
        width,
      );
      expect(lines.filter(looksLikeOurs)).toHaveLength(ours);
    }
  }
});

test.each([80, 100])('no line is wider than %i columns, whatever is written in it', (width) => {
  const tails = ['x'.repeat(700), ' 漢字'.repeat(80), '🔥'.repeat(60), ' a'.repeat(200)];
  for (const tail of tails) {
    for (const name of ['proposed', 'contained'] as const) {
      const wide = linesOf(withHostileTexts(recordedView(name), tail), width).filter((line) => columns(line) > width);
      expect(wide).toEqual([]);
    }
  }
});

test('a contained case says who decided, what was done, and nothing to type', () => {
  const view = recordedView('contained');
  const text = textOf(view);
  expect(text).toContain('Contained: the change is in place');
  expect(text).toMatch(/DECISIONS .* ana: evict-[0-9a-f]{6}, accepted “shell confirmed”/);
  expect(text).toMatch(/RECEIPTS .* no instances: changed/);
  expect(text).toContain('THE PLAN');
  expect(linesOf(view)).not.toContain('TYPE');
});

test.each(caseStates)('a case that is %s has a page', (state: CaseState) => {
  const view = { ...recordedView(finalStates.has(state) ? 'contained' : 'proposed'), state, reason: 'for a reason' };
  expect(linesOf(view).slice(0, 6).join('\n')).toContain(state);
});

test('a case that has only just begun has a page', () => {
  const view: CaseView = {
    ...recordedView('proposed'),
    state: 'investigating',
    investigation: null,
    assessment: null,
    proposal: null,
    confirmed: 'pending',
  };
  const text = textOf(view);
  expect(text).toContain('Facts are being gathered');
  expect(text).toContain(`npx firebreak case ${view.id}`);
});

test('what SCC does not confirm is said at the top', () => {
  const head = linesOf({ ...recordedView('proposed'), confirmed: 'not-found' }).slice(0, 9);
  expect(head.join(' ')).toContain('not confirmed by SCC');
});

test('only what is wrong is red', () => {
  const bad: string[] = [];
  const paint = { ...noPaint, bad: (text: string) => (bad.push(text), text) };
  const options = { width: 100, paint, now: Date.now(), typed };
  casePage(asChecked({ ...recordedView('contained'), severity: 'HIGH', assessment: null }), options);
  expect(bad).toEqual([]);
  casePage(asChecked({ ...recordedView('contained'), state: 'failed', assessment: null }), options);
  expect(bad).toEqual(['critical', 'failed', expect.stringContaining('people must look')]);
});

test('a dry run is said to be one wherever its state stands, and shows what would be changed', () => {
  const contained = recordedView('contained');
  const receipts = contained.receipts.map((receipt) => ({
    ...receipt,
    mode: 'dry-run' as const,
    result: 'would-change' as const,
    detail: 'dry run, nothing was changed; validated by Google',
  }));
  const text = textOf({ ...contained, mode: 'dry-run', receipts });
  expect(text).toContain('contained (dry run), opened');
  expect(text).toContain('Contained (dry run): nothing was changed.');
  expect(text).toMatch(
    /would-change dry run, nothing was changed; validated by Google scaling before .* traffic after/,
  );
  expect(textOf(contained)).not.toContain('dry run');
});

test('what was changed before a case was dismissed or expired is not denied', () => {
  const contained = recordedView('contained');
  for (const state of ['dismissed', 'expired'] as const) {
    expect(textOf({ ...contained, state })).toContain('What was changed before stays');
    expect(textOf({ ...contained, state, receipts: [] })).toMatch(/Nothing was changed|no change/);
  }
});

test('a plan that cannot be chosen is shown with the reason, and not offered to type', () => {
  const view = recordedView('proposed');
  const [plan, ...plans] = view.proposal!.plans;
  const unavailable = { ...plan!, recommended: false, unavailable: 'it is on the protected list' };
  const text = textOf({ ...view, proposal: { ...view.proposal!, plans: [unavailable, ...plans] } });
  expect(text).toContain('it is on the protected list');
  expect(text).not.toContain(`--plan ${plan!.id}`);
});

test('each plan has the six words of its digest, and each of its actions the whole name of what it changes', () => {
  const view = recordedView('proposed');
  const text = textOf(view);
  for (const { digest } of view.proposal!.plans) expect(text).toContain(sixWords(digest));
  expect(text).toContain('target projects/rhea-prod-4421 · location europe-west1 · service checkout-api');
});

test('what does not hold stands first, in red, and takes what it stops from what there is to type', () => {
  const view = recordedView('proposed');
  const bad: string[] = [];
  const paint = { ...noPaint, bad: (text: string) => (bad.push(text), text) };
  const pageWith = (problem: Problem, holds: boolean): string =>
    casePage(
      { ...asChecked(view), problems: [problem], plans: asChecked(view).plans.map((plan) => ({ ...plan, holds })) },
      { width: 100, paint, now: Date.parse(view.updatedAt), typed },
    ).join('\n');
  const unsigned = pageWith({ text: 'the settings: not signed\nTYPE', stops: 'plans' }, false);
  expect(unsigned.startsWith('WHAT DOES NOT HOLD\n  - the settings: not signed\\nTYPE')).toBe(true);
  expect(bad[0]).toContain('the settings: not signed');
  expect(unsigned).not.toContain('npx firebreak approve');
  expect(unsigned).toContain('npx firebreak dismiss');
  // Texts of a plan that does not hold are nobody's; what it would change, to what, is decoded.
  expect(unsigned).not.toContain(view.proposal!.plans[0]!.plan.title);
  expect(unsigned).toContain('service checkout-api');
  const forged = pageWith({ text: 'the digest of the proposal is not that of its text', stops: 'answers' }, false);
  for (const answer of ['approve', 'dismiss', 'hand-over']) expect(forged).not.toContain(`npx firebreak ${answer}`);
});

test('what was learnt after the proposal stands apart from what is signed', () => {
  const view = recordedView('proposed');
  const late = { text: 'A late answer', reason: 'it came after' };
  const assessment = { ...view.assessment!, known: [...view.assessment!.known, late] };
  const lines = linesOf({ ...view, assessment });
  expect(lines.indexOf('  - A late answer')).toBeGreaterThan(lines.indexOf('LEARNT SINCE (NOT IN WHAT IS SIGNED)'));
  expect(linesOf(view)).not.toContain('LEARNT SINCE (NOT IN WHAT IS SIGNED)');
});
