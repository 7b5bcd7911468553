import { goodRuleSchema } from './good-rule.ts';
import { actionRoles, isIrreversible, modeSchema, type Plan, responderRoles, type Target } from './plan.ts';
import { resourceKinds } from './resource-kinds.ts';
import { closed, list, optional, seconds, text, word, yesNo, type z } from './schema.ts';

/** What limits a case: set from the configuration when it starts, the same until it ends. Respond enforces its own besides. */
export const railsSchema = closed({
  mode: modeSchema,
  /** The roles that are installed; a plan that needs another one cannot be approved. */
  responders: list(word(...responderRoles), 10),
  /** Projects (`projects/P`) and resources (`projects/P/locations/L/services/S`) that are never changed. `*` stands for any text within a segment. */
  protected: list(text(1_000), 1_000),
  /** An account without any role, to run a compromised workload as; absent: that plan is not offered. */
  quarantineAccount: optional(text(500)),
  /** What a revision has to show before a plan goes back to it. */
  knownGood: goodRuleSchema,
  /** Whether respond is asked what it is granted before plans are proposed; absent in cases that began before there was that question. */
  asksGrants: optional(yesNo),
  /** For how long a contained resource is watched, seconds; 0 for not at all. */
  watchSeconds: seconds,
  /** How often it is looked at then, seconds. */
  watchEverySeconds: seconds,
});
export type Rails = z.infer<typeof railsSchema>;

/** The full name of what an action changes, without its revision. */
export function targetName({ kind, project, location, name }: Target): string {
  return `projects/${project}/locations/${location}/${resourceKinds[kind].collection}/${name}`;
}

/** The entry of the protected list that covers the target, or undefined. Project ids and numbers are different texts: list both. */
export function protectedBy(target: Target, list: readonly string[]): string | undefined {
  return protectedNameBy(targetName(target), list);
}

/** The entry of the protected list that covers a full resource name, or undefined. */
export function protectedNameBy(name: string, list: readonly string[]): string | undefined {
  const segments = name.split('/');
  return list.find((entry) => {
    const wanted = entry.split('/');
    return (
      wanted.length <= segments.length && wanted.every((pattern, index) => matches(pattern, segments[index] ?? ''))
    );
  });
}

function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Why a plan cannot be approved, or null. It is shown all the same. */
export function whyUnavailable(plan: Pick<Plan, 'actions' | 'missingEvidence'>, rails: Rails): string | null {
  for (const { target, kind } of plan.actions) {
    const entry = protectedBy(target, rails.protected);
    if (entry !== undefined) return `${targetName(target)} is on the protected list (${entry})`;
    const role = actionRoles[kind];
    if (!rails.responders.includes(role)) return `the role ${role} is not installed here`;
  }
  if (isIrreversible(plan) && plan.missingEvidence.length > 0)
    return `it cannot be undone, and evidence is missing: ${plan.missingEvidence.join('; ')}`;
  return null;
}
