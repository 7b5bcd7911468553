import { detectors } from '../../model/detectors/catalogue.ts';
import type { Detector } from '../../model/detectors/detector.ts';
import type { CloudRunResource } from '../../model/finding.ts';
import type { JsonObject } from '../../model/json.ts';
import { controlPlaneFixtures } from './detector-fixtures-control-plane.ts';
import { executionFixtures } from './detector-fixtures-execution.ts';
import { hidingFixtures } from './detector-fixtures-hiding.ts';
import { maliciousFileFixtures } from './detector-fixtures-malicious-files.ts';
import type { Facts } from './detector-fixtures-parts.ts';
import { toolFixtures } from './detector-fixtures-tools.ts';

/** What a detector sends, and what is expected of the case that comes of it: written by hand, not taken from the engine. */
export interface DetectorFixture {
  /** As SCC displays it. */
  readonly category: string;
  /** What Google documents for it, or for its twin on GKE. */
  readonly severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';
  readonly description: string;
  readonly playbook: string;
  /** What is recommended: to end what runs, to take the account away, or nothing (then the strongest plan that can be undone is approved). */
  readonly recommends: 'end' | 'quarantine' | 'hand-over';
  /** `suspect`: the revision before runs the same image, so it is as bad. */
  readonly image?: 'suspect';
  /** `default`: the workload runs as the project's default account. */
  readonly account?: 'default';
  /** The fields of the finding that are this detector's own. */
  readonly says: (facts: Facts) => JsonObject;
}

/** Fixtures by the detector's module name. */
export type DetectorFixtures = Readonly<Record<string, DetectorFixture>>;

/** A line of the table. */
export interface Row {
  readonly name: string;
  readonly module: string;
  readonly plane: Detector['plane'];
  readonly kind: CloudRunResource['kind'];
  readonly fixture: DetectorFixture;
  /** From 1, its own in the table. */
  readonly number: number;
}

const fixtures: DetectorFixtures = {
  ...executionFixtures,
  ...maliciousFileFixtures,
  ...hidingFixtures,
  ...toolFixtures,
  ...controlPlaneFixtures,
};

/** A detector that nobody here has heard of. */
const unheardOf = {
  apiName: 'CLOUD_RUN_NOT_YET_HEARD_OF',
  plane: 'runtime',
  resources: ['service', 'job', 'workerPool'],
} as const;

/** Every detector of the catalogue, and one that is not in it, with each kind of resource that it can name. */
export const rows: readonly Row[] = [...detectors, unheardOf]
  .flatMap(({ apiName, plane, resources }) => resources.map((kind) => ({ apiName, plane, kind })))
  .map(({ apiName, plane, kind }, index) => {
    const fixture = fixtures[apiName];
    if (fixture === undefined) throw new Error(`the detector ${apiName} has no fixture: add one`);
    return { name: `${fixture.category}, ${kind}`, module: apiName, plane, kind, fixture, number: index + 1 };
  });

/** The row of that detector and kind; none is documented for instances, of which it is said what is of services. Throws where there is none. */
export function row(module: string, kind: Row['kind']): Row {
  const like = kind === 'instance' ? 'service' : kind;
  const found = rows.find((one) => one.module === module && one.kind === like);
  if (found === undefined) throw new Error(`there is no row of ${module} on a ${like}`);
  return { ...found, kind };
}
