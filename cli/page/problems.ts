import type { Problem } from '../check/problem.ts';
import type { PageWriter } from './page-writer.ts';

/** What of a case does not hold, and what that means for who would decide on it. */
export function writeProblems(page: PageWriter, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const { paint } = page;
  page.heading('WHAT DOES NOT HOLD');
  for (const { text, stops } of problems)
    page.bullet(text, undefined, stops === 'nothing' ? paint.attention : paint.bad);
  const meaning = meaningOf(problems);
  if (meaning !== null) page.text(meaning, paint.bad);
  page.gap();
}

function meaningOf(problems: readonly Problem[]): string | null {
  if (problems.some(({ stops }) => stops === 'answers'))
    return 'Somebody else than this case may be answering: nothing is to be signed on what it says.';
  if (problems.some(({ stops, plan }) => stops === 'plans' && plan === undefined))
    return 'No plan is to be approved on what this case says. It can be dismissed or handed over.';
  return null;
}
