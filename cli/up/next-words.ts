import { type CaseView, finalStates } from '../../model/case.ts';
import { digestOf } from '../../model/digest.ts';
import { sixWords } from '../../model/words.ts';
import type { StatePaths } from '../../runtime/state-folder.ts';
import { shortIds } from '../cases/short-ids.ts';
import { analystsWithKeys } from '../decide/analyst-key.ts';

/** What to tell a person to type next. `key` changes when that is something else. */
export interface NextWords {
  readonly key: string;
  readonly lines: readonly string[];
}

/** What to type next, once no case is on its way by itself; undefined before. */
export async function nextWords(
  cases: readonly { readonly id: string; readonly view: CaseView | undefined }[],
  paths: StatePaths,
  typed: (words: string) => string,
): Promise<NextWords | undefined> {
  const settled = cases.every(
    ({ view }) => view !== undefined && (view.state === 'proposed' || finalStates.has(view.state)),
  );
  if (!settled) return undefined;
  const short = shortIds(cases.map(({ id }) => id));
  const waiting = cases.filter(({ view }) => view?.state === 'proposed');
  const key = waiting.map(({ id, view }) => `${id} ${view?.proposal?.digest ?? ''}`).join(' ') || 'all ended';
  if (waiting.length === 0) {
    const [first] = cases;
    const id = first === undefined ? 'ID' : (short.get(first.id) ?? first.id);
    return {
      key,
      lines: [
        'Every case has ended. Look at one, or check one afterwards:',
        `  ${typed(`case ${id}`)}`,
        `  ${typed(`audit replay ${id}`)}`,
      ],
    };
  }
  const lines = [
    `${waiting.length === 1 ? 'A case waits' : `${waiting.length} cases wait`} for your decision. In another terminal, type:`,
  ];
  if ((await analystsWithKeys(paths)).length === 0) lines.push(`  ${typed('analyst add ana --role approver')}`);
  for (const { id, view } of waiting) {
    const name = short.get(id) ?? id;
    lines.push(`  ${typed(`case ${name}`)}`);
    const plan = view?.proposal?.plans.find(({ recommended }) => recommended);
    if (plan === undefined) lines.push(`  ${typed(`hand-over ${name} --reason "why"`)}`);
    else {
      lines.push(`  ${typed(`approve ${name} --plan ${plan.id} --reason "why"`)}`);
      lines.push(`The six words of ${plan.id}: ${sixWords(digestOf(plan.plan))}`);
    }
  }
  return { key, lines };
}
