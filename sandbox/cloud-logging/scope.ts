import type { LogEntry } from './entry.ts';
import type { Comparison } from './filter-comparison.ts';
import type { Filter } from './filter.ts';

/** What a filter demands of every entry, as far as it can be told cheaply: so that lines nobody asked for are not made. */
export interface Scope {
  /** Milliseconds since the epoch, both included. */
  readonly from: number;
  readonly to: number;
  /** The resource's type and labels (`type`, `labels.service_name`) that every entry must have; in lower case, as comparisons ignore case. */
  readonly resource: readonly (readonly [string, string])[];
  /** True where only entries of audit logs can fit. */
  readonly audit: boolean;
  /** In which order lines are wanted, so that no more are made than a page takes. */
  readonly newestFirst: boolean;
}

/** True where entries of that resource may fit. */
export function mayFit(scope: Scope, { type, labels }: LogEntry['resource']): boolean {
  return scope.resource.every(([field, value]) => {
    const own = field === 'type' ? type : labels[field.slice('labels.'.length)];
    return own?.toLowerCase() === value;
  });
}

/** The scope of a filter; never narrower than the filter itself. */
export function scopeOf(filter: Filter, now: number, newestFirst: boolean): Scope {
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
  const resource = demands
    .filter(({ field, operator }) => operator === '=' && field.startsWith('resource.'))
    .map(({ field, value }) => [field.slice('resource.'.length), value.toLowerCase()] as const);
  // A container's line has no such payload, and on a field that is missing every comparison is false.
  const audit = demands.some(
    ({ field, operator, value }) =>
      field.startsWith('protoPayload.') || (field === 'logName' && operator !== '!=' && value.includes('cloudaudit')),
  );
  return { from, to, resource, audit, newestFirst };
}

/** The comparisons that every entry must meet. */
function demandsOf(filter: Filter): Comparison[] {
  if (filter.kind === 'and') return filter.parts.flatMap(demandsOf);
  return filter.kind === 'comparison' ? [filter] : [];
}
