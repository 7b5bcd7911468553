import { expect, test } from 'vitest';
import { recordedView } from '../page/fixtures/read-view.ts';
import { whyAgain } from './follow-case.ts';

test('why a case starts over is told by its states, and not by a line that reads like one', () => {
  const time = '2026-11-29T08:00:00.000Z';
  const timeline = [
    { time, text: 'investigating: changed, not quiet: it wrote again', state: 'investigating' as const },
    { time, text: 'investigating: that is what somebody gave as his reason' },
    { time, text: 'proposed: recommended is hand-over', state: 'proposed' as const },
  ];
  expect(whyAgain({ ...recordedView('proposed'), timeline })).toBe('changed, not quiet: it wrote again');
});
