import { detectors } from '../../model/detectors/catalogue.ts';
import type { Detector } from '../../model/detectors/detector.ts';
import { selectPlaybook } from '../../workflows/playbooks/select-playbook.ts';

/** A detector with the name of the playbook that answers it. */
export interface ListedDetector extends Detector {
  readonly playbook: string;
}

/** The catalogue with its playbooks, by name. */
export function listedDetectors(): readonly ListedDetector[] {
  return detectors.map(withPlaybook).toSorted((a, b) => (a.displayName < b.displayName ? -1 : 1));
}

/** The detector with its playbook. */
export function withPlaybook(detector: Detector): ListedDetector {
  return { ...detector, playbook: selectPlaybook(detector.displayName).name };
}
