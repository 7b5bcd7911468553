import { controlPlaneDetectors } from './control-plane.ts';
import type { Detector } from './detector.ts';
import { executionDetectors } from './runtime-execution.ts';
import { otherRuntimeDetectors } from './runtime-other.ts';

/**
 * The 38 detectors for Cloud Run that Google documents, runtime ones first. Projects have been seen with more modules than these, so a
 * category outside the catalogue is to be expected.
 */
export const detectors: readonly Detector[] = [
  ...executionDetectors,
  ...otherRuntimeDetectors,
  ...controlPlaneDetectors,
];
