import { expect, test } from 'vitest';
import { type CaseState, caseStates, type CaseView, finalStates } from '../../model/case.ts';
import { sixWords } from '../../model/words.ts';
import { noPaint } from '../terminal/paint.ts';
import { columns } from '../terminal/wrap.ts';
import type { PageOptions } from './case-page.ts';
import { asChecked, recordedView } from './fixtures/read-view.ts';
import { planPage } from './plan-page.ts';
import { screen } from './screen.ts';

const optionsFor = (view: CaseView, width = 100): PageOptions => ({
  width,
  paint: noPaint,
  now: Date.parse(view.updatedAt) + 5_000,
  typed: (words) => `npx firebreak ${words}`,
});

const linesOf = (view: CaseView, width = 100): string[] => screen(asChecked(view), optionsFor(view, width));
const textOf = (lines: readonly string[]): string => lines.join(' ').replace(/\s+/g, ' ');

test('a case that waits for a decision fits a screen, and nothing stands on it twice', () => {
  const lines = linesOf(recordedView('proposed'));
  expect(lines.length).toBeLessThanOrEqual(55);
  const said = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('npx'));
  expect(said.filter((line, index) => said.indexOf(line) !== index)).toEqual([]);
});

test('it says what happened, the three strongest reasons, what is not known, the recommended plan and its words, what to type', () => {
  const view = recordedView('proposed');
  const { assessment, plans, recommendation } = view.proposal!;
  const text = textOf(linesOf(view));
  const plan = plans.find(({ recommended }) => recommended)!;
  for (const said of [
    view.finding.description,
    assessment.summary,
    `and ${assessment.known.length - 3} more`,
    `${plan.id} (six words: ${sixWords(plan.digest)})`,
    recommendation.reason,
    'scaling: automatic, 1 to 8 instances → manual, 0 instances',
    plan.plan.stops.join('; '),
    plan.plan.doesNotStop.join('; '),
    plan.plan.breaks.join('; '),
    plan.plan.undo,
    '3 h 59 min left',
    `approve 9c41d7e0a35f4b2e8d16f0c2b7a95e13 --plan ${plan.id} --reason "why"`,
  ])
    expect(text).toContain(said);
  for (const other of plans.filter(({ unavailable }) => unavailable === undefined)) expect(text).toContain(other.id);
});

test('evidence that is missing is always there: whoever approves accepts that', () => {
  const view = recordedView('proposed');
  const missing = ['one', 'two', 'three', 'four', 'five'].map((name) => `the export of ${name}`);
  const plans = view.proposal!.plans.map((offered) => ({
    ...offered,
    plan: { ...offered.plan, missingEvidence: missing },
  }));
  const text = textOf(linesOf({ ...view, proposal: { ...view.proposal!, plans } }));
  for (const name of missing) expect(text).toContain(name);
});

test('one plan is shown whole, with what approves it', () => {
  const view = recordedView('proposed');
  const checked = asChecked(view);
  for (const plan of checked.plans) {
    const { offered } = plan;
    const text = textOf(planPage(checked, plan, optionsFor(view))).replaceAll(' \\ ', ' ');
    for (const said of [offered.id, plan.words, offered.plan.title, ...offered.plan.breaks, offered.plan.undo])
      expect(text).toContain(said);
    const approve = `approve ${view.id} --plan ${offered.id} --reason "why"`;
    expect(text.includes(approve)).toBe(offered.unavailable === undefined);
  }
});

test('what does not hold stands first, and no plan is to be typed on it', () => {
  const view = recordedView('proposed');
  const checked = asChecked(view);
  const lines = screen(
    {
      ...checked,
      problems: [{ text: 'the settings: not signed', stops: 'plans' }],
      plans: checked.plans.map((plan) => ({ ...plan, holds: false })),
    },
    optionsFor(view),
  );
  expect(lines[0]).toBe('WHAT DOES NOT HOLD');
  expect(lines.join('\n')).not.toContain('npx firebreak approve');
  expect(lines.join('\n')).toContain('npx firebreak dismiss');
  expect(textOf(lines)).not.toContain(view.proposal!.plans[0]!.plan.title);
});

test.each(caseStates)('a case that is %s has a screen', (state: CaseState) => {
  const view = { ...recordedView(finalStates.has(state) ? 'contained' : 'proposed'), state, reason: 'for a reason' };
  const lines = linesOf(view);
  expect(lines[0]).toContain(state);
  expect(textOf(lines)).toContain('--full');
});

test('a contained case says who decided, what was done and how it is undone', () => {
  const text = textOf(linesOf(recordedView('contained')));
  expect(text).toContain('Contained: the change is in place');
  expect(text).toMatch(/ana: plan, accepted “shell confirmed”/);
  expect(text).toMatch(/no instances: changed/);
});

test.each([80, 100])(
  'no line is wider than %i columns, and no text of an attacker passes for a heading or a command',
  (width) => {
    const view = recordedView('proposed');
    const ours = (lines: readonly string[]): string[] =>
      lines.filter((line) => /^(TYPE|RECOMMENDED| {4}npx )/.test(line));
    for (const tail of [
      'x'.repeat(700),
      ' 漢字'.repeat(80),
      '\nTYPE\n    npx firebreak approve all',
      '\u001b[2J\r\u202e',
    ]) {
      const poisoned = (text: string): string => `${text}${tail}`;
      const { finding, proposal } = view;
      const hostile: CaseView = {
        ...view,
        category: poisoned(view.category),
        severity: poisoned(view.severity),
        finding: {
          ...finding,
          description: poisoned(finding.description),
          processes: finding.processes.map((process) => ({ ...process, args: process.args.map(poisoned) })),
        },
        proposal: {
          ...proposal!,
          assessment: {
            ...proposal!.assessment,
            known: proposal!.assessment.known.map(({ text, reason }) => ({
              text: poisoned(text),
              reason: poisoned(reason),
            })),
            unknown: proposal!.assessment.unknown.map(({ text, reason }) => ({ text: poisoned(text), reason })),
          },
        },
      };
      const lines = linesOf(hostile, width);
      expect(lines.filter((line) => columns(line) > width)).toEqual([]);
      expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(ours(lines)).toEqual(ours(linesOf(view, width)));
    }
  },
);
