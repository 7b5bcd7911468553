import { type Action, type ActionKind, isIrreversible, type Mode, type Plan } from '../../model/plan.ts';
import { protectedBy, protectedNameBy, targetName } from '../../model/rails.ts';
import type { Live } from './executor.ts';

/** What limits a respond process, whatever a plan's text says: its own configuration, not the case's. */
export interface Limits {
  readonly mode: Mode;
  /** As `Rails.protected`, with the engine's own resources. */
  readonly protected: readonly string[];
  /** Resources that may be changed in one project within an hour. */
  readonly changesPerHour: number;
  /** The fields that each kind of action may write: what the rungs of containment do, and nothing else. */
  readonly writes: Readonly<Partial<Record<ActionKind, readonly string[]>>>;
}

/** Why an approved plan may not be carried out here, or null. */
export function whyForbidden(plan: Plan, limits: Limits): string | null {
  for (const { target, kind, change } of plan.actions) {
    const strange = Object.keys(change).find((name) => !(limits.writes[kind] ?? []).includes(name));
    if (strange !== undefined) return `no rung of containment writes ${strange} by ${kind}`;
    const entry = protectedBy(target, limits.protected);
    if (entry !== undefined) return `${targetName(target)} is on the protected list of respond (${entry})`;
  }
  if (isIrreversible(plan) && plan.missingEvidence.length > 0)
    return `it cannot be undone, and evidence is missing: ${plan.missingEvidence.join('; ')}`;
  return null;
}

/** Why the resource as it answers may not be changed, or null: by its number a project may be protected that its id does not tell. */
export function whyProtectedLive({ target }: Action, { name }: Live, limits: Limits): string | null {
  const entry = name === undefined ? undefined : protectedNameBy(name, limits.protected);
  return entry === undefined ? null : `${targetName(target)} is ${name}, which is on the protected list (${entry})`;
}
