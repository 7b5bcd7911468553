import type { Comparison } from './filter-comparison.ts';
import type { Filter } from './filter.ts';

/** What a filter demands of every entry, as far as it can be told cheaply: so that lines nobody asked for are not made. */
export interface Scope {
  /** Milliseconds since the epoch, both included. */
  readonly from: number;
  readonly to: number;
  /** In lower case, as comparisons ignore case. */
  readonly service?: string;
  readonly revision?: string;
}

/** The scope of a filter; never narrower than the filter itself. */
export function scopeOf(filter: Filter, now: number): Scope {
  const demands = demandsOf(filter);
  const times = demands.flatMap(({ operator, time }) => (time === undefined ? [] : [{ operator, time }]));
  const from = Math.max(
    0,
    ...times
      .filter(({ operator }) => operator === '>' || operator === '>=' || operator === '=')
      .map(({ time }) => time),
  );
  const to = Math.min(
    now,
    ...times
      .filter(({ operator }) => operator === '<' || operator === '<=' || operator === '=')
      .map(({ time }) => time),
  );
  const label = (name: string): string | undefined =>
    demands.find(({ field, operator }) => field === `resource.labels.${name}` && operator === '=')?.value.toLowerCase();
  const service = label('service_name');
  const revision = label('revision_name');
  return { from, to, ...(service === undefined ? {} : { service }), ...(revision === undefined ? {} : { revision }) };
}

/** The comparisons that every entry must meet. */
function demandsOf(filter: Filter): Comparison[] {
  if (filter.kind === 'and') return filter.parts.flatMap(demandsOf);
  return filter.kind === 'comparison' ? [filter] : [];
}
