import type { RevisionSummary, ServiceSettings } from '../../model/cloud-run.ts';
import type { Plan, PlanKind, ServiceFields } from '../../model/plan.ts';

/** What a rung of containment is built from. */
export interface RungContext {
  readonly settings: ServiceSettings;
  readonly bad: RevisionSummary;
  readonly good: RevisionSummary | null;
  /** What the service is to be given back; its fields before this case changed anything. */
  readonly baseline: ServiceFields;
  readonly quietSeconds: number;
}

/** The part of a plan that a rung decides. The rest (case, run, nonce, times, quorum, missing evidence) is the same for all. */
export type RungPlan = Pick<Plan, 'title' | 'actions' | 'stops' | 'doesNotStop' | 'breaks' | 'undo'>;

/** One way to contain a service. `build` answers null where it does not apply, as without a known-good revision. */
export interface Rung {
  readonly kind: PlanKind;
  readonly build: (context: RungContext) => RungPlan | null;
}

/** The target of every action on this service. */
export function targetOf({ project, location, service }: ServiceSettings) {
  return { project, location, service };
}

/** No instance of any revision that has traffic: manual scaling to 0. */
export const zeroInstances = { mode: 'manual', manual: 0 } as const;
