import type { ServiceScaling } from '../../model/cloud-run.ts';

/** Cloud Run's default for the most instances of a service, where none was set. */
const defaultMaximum = 100;

/**
 * The scaling to write when instances are given back. Going from manual to automatic, counts that are not written inherit the manual
 * count, which is 0 here: so both are always written. Source: Cloud Run, "Manual scaling".
 */
export function scalingToGiveBack(captured: ServiceScaling = { mode: 'automatic' }): ServiceScaling {
  if (captured.mode === 'manual') return captured;
  return { mode: 'automatic', min: captured.min ?? 0, max: captured.max ?? defaultMaximum };
}
