import { invalidArgument } from '../kernel/refuse.ts';

/** What a filter demands of every time series: the value of each field, by its name with `labels` in the plural. */
export type Demands = ReadonlyMap<string, string>;

const comparison = /\s*([a-z_]+(?:\.[a-z_]+)*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*/y;
const conjunction = /(?:AND\s+)?/y;
const fields =
  /^(?:metric\.type|resource\.type|metric\.labels\.state|resource\.labels\.(?:project_id|location|service_name|configuration_name|revision_name|job_name|worker_pool_name))$/;

/**
 * Parses a monitoring filter of equalities joined by AND. Throws INVALID_ARGUMENT naming what it does not know, or where no metric type is
 * demanded. Source: google/monitoring/v3/metric_service.proto, ListTimeSeriesRequest.filter.
 */
export function parseMonitoringFilter(text: string): Demands {
  const demands = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    comparison.lastIndex = at;
    const [whole, name = '', value = ''] = comparison.exec(text) ?? [];
    if (whole === undefined)
      throw invalidArgument(
        `filter: this sandbox takes FIELD="VALUE" joined by AND, not ${JSON.stringify(text.slice(at, at + 40))}`,
      );
    const field = name.replace('.label.', '.labels.');
    if (!fields.test(field)) throw invalidArgument(`filter: this sandbox has no field ${JSON.stringify(name)}`);
    demands.set(field, value.replace(/\\(.)/g, '$1'));
    conjunction.lastIndex = at + whole.length;
    at += whole.length + (conjunction.exec(text)?.[0].length ?? 0);
  }
  if (!demands.has('metric.type')) throw invalidArgument('filter: it must name one metric.type');
  return demands;
}
