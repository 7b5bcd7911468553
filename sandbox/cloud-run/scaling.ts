import { invalidArgument } from '../kernel/refuse.ts';
import type { Scaling } from './service-record.ts';

/** What an update says about scaling. On the wire 0 and absent are the same for min and max, so 0 counts as given only where the mask names it. */
export interface ScalingRequest {
  readonly mode: 'AUTOMATIC' | 'MANUAL';
  readonly min?: number;
  readonly max?: number;
  readonly manual?: number;
}

/**
 * The scaling after an update. Throws INVALID_ARGUMENT. Source: Google's page on manual scaling, table on switching modes: going to manual
 * unsets min and max, the count is inherited from min where none is given; going back takes both min and max or neither, and with
 * neither both inherit the manual count (a count of 0 is the trap: the service stays down).
 */
export function nextScaling(current: Scaling, requested: ScalingRequest): Scaling {
  const { mode, min, max, manual } = requested;
  for (const [name, count] of Object.entries({
    min_instance_count: min,
    max_instance_count: max,
    manual_instance_count: manual,
  })) {
    if (count !== undefined && count < 0) throw invalidArgument(`scaling.${name} must not be negative`);
  }
  if (mode === 'MANUAL')
    return { mode, manual: manual ?? (current.mode === 'MANUAL' ? current.manual : current.min) ?? 0 };
  if (manual !== undefined)
    throw invalidArgument('scaling.manual_instance_count may be set in scaling_mode MANUAL only');
  if (current.mode === 'MANUAL') {
    if ((min === undefined) !== (max === undefined)) {
      throw invalidArgument(
        'scaling: when switching from MANUAL to AUTOMATIC give both min_instance_count and max_instance_count, or neither',
      );
    }
    if (min === undefined) return { mode, min: current.manual ?? 0, max: current.manual ?? 0 };
  }
  if (min !== undefined && max !== undefined && min > max)
    throw invalidArgument('scaling.min_instance_count must not exceed max_instance_count');
  return { mode, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}
