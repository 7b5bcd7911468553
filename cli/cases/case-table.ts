import { type CaseSummary, stateWords } from '../../model/case.ts';
import { paintState } from '../page/state-words.ts';
import { age } from '../terminal/durations.ts';
import type { Paint } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { columns } from '../terminal/wrap.ts';

const gap = '  ';

/** How to write the table. `short`: for each id what a person may type for it. */
export interface TableOptions {
  readonly width: number;
  readonly paint: Paint;
  readonly now: number;
  readonly short: ReadonlyMap<string, string>;
}

/** The cases as a table of at most `width` columns: what does not fit of category and resource is cut. */
export function caseTable(cases: readonly CaseSummary[], { width, paint, now, short }: TableOptions): string[] {
  const rows = cases.map(({ id, state, mode, severity, category, resource, startedAt }) => ({
    id: shown(short.get(id) ?? id, 64),
    state,
    stateText: stateWords(state, mode),
    age: age(startedAt, now),
    severity: shown(severity.toLowerCase(), 12),
    category: shown(category || 'unknown', 120),
    resource: shown(resource || 'unknown', 120),
  }));
  const widest = (head: string, column: keyof (typeof rows)[number]): number =>
    Math.max(head.length, ...rows.map((row) => columns(row[column])));
  const sizes = {
    id: widest('ID', 'id'),
    state: widest('STATE', 'stateText'),
    age: widest('AGE', 'age'),
    severity: widest('SEVERITY', 'severity'),
  };
  const left = width - Object.values(sizes).reduce((sum, size) => sum + size + gap.length, 0) - gap.length;
  const resource = Math.min(widest('RESOURCE', 'resource'), Math.max(10, Math.floor(left * 0.4)));
  const category = Math.min(widest('CATEGORY', 'category'), Math.max(10, left - resource));
  const line = (cells: Record<Exclude<keyof (typeof rows)[number], 'stateText'>, string>): string =>
    [cells.id, cells.state, cells.age, cells.severity, cells.category, cells.resource].join(gap).trimEnd();
  const head = line({
    id: fit('ID', sizes.id),
    state: fit('STATE', sizes.state),
    age: fit('AGE', sizes.age),
    severity: fit('SEVERITY', sizes.severity),
    category: fit('CATEGORY', category),
    resource: fit('RESOURCE', resource),
  });
  const body = rows.map((row) =>
    line({
      id: fit(row.id, sizes.id),
      state: paintState(row.state, paint, row.stateText) + ' '.repeat(sizes.state - row.stateText.length),
      age: fit(row.age, sizes.age),
      severity:
        row.severity === 'critical'
          ? paint.bad(row.severity) + ' '.repeat(sizes.severity - 8)
          : fit(row.severity, sizes.severity),
      category: fit(row.category, category),
      resource: fit(row.resource, resource),
    }),
  );
  return [paint.faint(head), ...body];
}

/** The text in exactly so many columns. */
function fit(text: string, size: number): string {
  let kept = '';
  let taken = 0;
  const whole = columns(text);
  for (const character of text) {
    const next = columns(character);
    if (taken + next > (whole > size ? size - 1 : size)) break;
    kept += character;
    taken += next;
  }
  if (whole > size) return `${kept}…${' '.repeat(size - taken - 1)}`;
  return kept + ' '.repeat(size - taken);
}
