import type { ServiceScaling, TrafficTarget } from './cloud-run.ts';
import { canonicalJson } from './digest.ts';
import type { ServiceFields } from './plan.ts';

/**
 * The form in which fields are compared: a count of 0 that proto3 does not tell from "not set" is left out, and the targets stand in a
 * fixed order, since their order means nothing.
 */
export function comparable(fields: ServiceFields): ServiceFields {
  return {
    ...(fields.traffic !== undefined && { traffic: fields.traffic.map(target).sort(byText) }),
    ...(fields.scaling !== undefined && { scaling: scaling(fields.scaling) }),
  };
}

function target({ type, revision, percent, tag }: TrafficTarget): TrafficTarget {
  return {
    type,
    ...(type === 'revision' && revision !== undefined && { revision }),
    percent,
    ...(tag !== undefined && tag !== '' && { tag }),
  };
}

function scaling({ mode, min, max, manual }: ServiceScaling): ServiceScaling {
  if (mode === 'manual') return { mode, manual: manual ?? 0 };
  return { mode, ...(min !== undefined && min > 0 && { min }), ...(max !== undefined && max > 0 && { max }) };
}

function byText(left: TrafficTarget, right: TrafficTarget): number {
  const [a, b] = [canonicalJson(left), canonicalJson(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The differences between the fields that are wanted and those that are found, in words; empty where the found ones have all that is wanted. */
export function differences(wanted: ServiceFields, found: ServiceFields): string[] {
  const [want, have] = [comparable(wanted), comparable(found)];
  const lines: string[] = [];
  if (want.traffic !== undefined && canonicalJson(want.traffic) !== canonicalJson(have.traffic ?? [])) {
    lines.push(`traffic is ${describeTraffic(have.traffic ?? [])} instead of ${describeTraffic(want.traffic)}`);
  }
  if (
    want.scaling !== undefined &&
    (have.scaling === undefined || canonicalJson(want.scaling) !== canonicalJson(have.scaling))
  ) {
    lines.push(
      `scaling is ${have.scaling === undefined ? 'unknown' : describeScaling(have.scaling)} instead of ${describeScaling(want.scaling)}`,
    );
  }
  return lines;
}

/** Traffic in words: `web-00007 100 %, web-00008 by tag "canary"`. */
export function describeTraffic(traffic: readonly TrafficTarget[]): string {
  if (traffic.length === 0) return 'nothing';
  return traffic
    .map(({ type, revision, percent, tag }) => {
      const name = type === 'latest' ? 'the latest revision' : (revision ?? 'a revision without a name');
      const share = percent > 0 || tag === undefined ? [`${percent} %`] : [];
      return [name, ...share, ...(tag === undefined ? [] : [`by tag "${tag}"`])].join(' ');
    })
    .join(', ');
}

/** Scaling in words: `automatic, 0 to 20 instances`, `manual, 0 instances`. */
export function describeScaling({ mode, min, max, manual }: ServiceScaling): string {
  if (mode === 'manual') return `manual, ${manual ?? 0} instances`;
  return `automatic, ${min ?? 0} to ${max === undefined || max === 0 ? 'the default of' : max} instances`;
}
