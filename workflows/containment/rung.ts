import type { ResourceSettings, RevisionSummary } from '../../model/cloud-run.ts';
import { type Fields, pick } from '../../model/fields.ts';
import type { CloudRunResource } from '../../model/finding.ts';
import type { ActionKind, Plan, Target } from '../../model/plan.ts';

/**
 * What of a threat a rung ends: `process` what runs in instances now (a shell, a miner), `entry` the way in by requests or runs, `identity` what the
 * workload's service account may do, `image` what is bad in the image itself.
 */
export type Threat = 'process' | 'entry' | 'identity' | 'image';

/** What a rung of containment is built from. */
export interface RungContext {
  readonly case: string;
  readonly settings: ResourceSettings;
  /** The compromised revision; null where it is not known, and for jobs. */
  readonly bad: RevisionSummary | null;
  readonly good: RevisionSummary | null;
  /** What is to be given back: the fields before this case changed anything. */
  readonly baseline: Fields;
  readonly quietSeconds: number;
  /** An account without any role, to run a workload as; absent where none is configured. */
  readonly quarantineAccount?: string;
}

/** The part of a plan that a rung decides. The rest (case, run, nonce, times, quorum, missing evidence) is the same for all. */
export type RungPlan = Pick<Plan, 'title' | 'actions' | 'stops' | 'doesNotStop' | 'breaks' | 'undo'>;

/** One way to contain a resource. Plain data and a pure function: reviewed as code, tested as code. */
export interface Rung<Kind extends string = string> {
  readonly kind: Kind;
  readonly resource: CloudRunResource['kind'];
  readonly against: readonly Threat[];
  /** Plans are offered in this order: the less a rung destroys, the smaller the number. From 900 on it cannot be undone. */
  readonly order: number;
  /** For its page in the documentation: one or two sentences. */
  readonly summary: string;
  /** What it needs done, and the fields that it writes: respond refuses a plan that writes a field which no rung writes by that kind of action. */
  readonly actions: readonly ActionKind[];
  readonly writes: readonly string[];
  /** Null where it does not apply, as without a known-good revision. */
  readonly build: (context: RungContext) => RungPlan | null;
}

/** Checks nothing at run time: it gives the object its type, and keeps its kind's name for the playbooks. */
export function defineRung<const Kind extends string>(rung: Rung<Kind>): Rung<Kind> {
  return rung;
}

/** The resource as the target of an action. */
export function targetOf({ kind, project, location, name }: ResourceSettings): Target {
  return { kind, project, location, name };
}

/**
 * What is found, with the newest revision by its name and whether it is ready: which one "latest" stands for, and that nobody has deployed since.
 * An owner's newer revision is not cut off, stopped or deleted by a plan that was made without it.
 */
export function foundOf(
  { fields }: Pick<ResourceSettings, 'fields'>,
  names: readonly (keyof Fields & string)[],
): Fields {
  return pick(fields, [...names, 'template']);
}

/** No instance of any revision that has traffic: manual scaling to 0. */
export const zeroInstances = { mode: 'manual', manual: 0 } as const;
