import { canonicalJson, digestOf } from '../../model/digest.ts';
import type { Finding } from '../../model/finding.ts';
import { MalformedError, parsed } from '../../model/parse.ts';
import { type OfferedPlan, offeredPlanSchema, type Plan, type Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { targetWords } from './target-words.ts';

/** Why an offered plan is not what its id, its digest and its case say, in words; empty where it is. */
export function whyNotWhole(
  offered: OfferedPlan,
  { id, run, finding }: { readonly id: string; readonly run: string; readonly finding: Finding },
): string[] {
  try {
    parsed(offeredPlanSchema, offered, 'plan');
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return [error.message];
  }
  const { plan } = offered;
  const digest = digestOf(plan);
  const elsewhere = plan.actions.filter(({ target }) => !isOf(target, finding));
  const { resource } = finding;
  const own = resource === undefined ? 'the finding names no Cloud Run resource' : `not ${targetWords(resource)}`;
  return [
    ...(digest === offered.digest ? [] : ['its digest is not that of its text']),
    ...(offered.id === `${plan.kind}-${digest.slice(0, 6)}` ? [] : ['its id is not that of its digest']),
    ...(plan.case === id && plan.run === run ? [] : ['it belongs to another case or run']),
    ...new Set(
      elsewhere.map(({ target }) => `it changes ${targetWords(target)}, which is not the finding’s resource (${own})`),
    ),
  ];
}

/** Whether a target is the resource that a finding is about, whatever case the finding writes it in. */
function isOf(target: Target, { resource }: Finding): boolean {
  return (
    resource !== undefined &&
    resource.kind === target.kind &&
    targetName(resource).toLowerCase() === targetName(target).toLowerCase()
  );
}

/** How a plan differs from the one that this machine makes of the same facts, in words; empty where it is the same to the last byte. */
export function differencesFrom(made: Plan, offered: Plan): string[] {
  if (digestOf(made) === digestOf(offered)) return [];
  const others = (Object.keys(made) as (keyof Plan)[]).filter((name) => !same(made[name], offered[name]));
  const words = others.flatMap((name) => (name === 'actions' ? actionDifferences(made, offered) : [textWords(name)]));
  return words.length > 0 ? words : ['it has members that no plan of this machine has'];
}

function textWords(name: keyof Plan): string {
  return `its ${name} is not what this machine makes of its facts`;
}

function actionDifferences(made: Plan, offered: Plan): string[] {
  if (made.actions.length !== offered.actions.length)
    return [`it has ${offered.actions.length} actions, and this machine makes ${made.actions.length}`];
  return made.actions.flatMap((action, index) => {
    const other = offered.actions[index];
    if (other === undefined) return [];
    const names = (Object.keys(action) as (keyof typeof action)[]).filter((name) => !same(action[name], other[name]));
    return names.map(
      (name) =>
        `the ${name} of its action ${action.id} is not what this machine makes of its facts: ${canonicalJson(action[name]).slice(0, 300)}`,
    );
  });
}

function same(left: unknown, right: unknown): boolean {
  return canonicalJson([left ?? null]) === canonicalJson([right ?? null]);
}
