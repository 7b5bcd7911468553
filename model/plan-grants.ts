import type { Answered } from './answered.ts';
import type { Grant, Grants, Needed } from './grants.ts';
import { repositoryOf } from './image-repository.ts';
import type { ActionKind, Plan } from './plan.ts';
import { targetName } from './rails.ts';

export const actAs = 'iam.serviceAccounts.actAs';
export const downloadArtifacts = 'artifactregistry.repositories.downloadArtifacts';

/** The predefined roles that give these, each on one account or repository. Source: IAM, roles and permissions. */
export const actAsRole = 'roles/iam.serviceAccountUser';
export const readImagesRole = 'roles/artifactregistry.reader';

/** What an update asks for on the resource itself. */
export const updating = { service: 'run.services.update', workerPool: 'run.workerpools.update' } as const;

/** The kinds of action that are updates. */
export const updates: ReadonlySet<ActionKind> = new Set(['update-service', 'update-worker-pool']);

/** What stands in the way of a plan, and whether that is certain. */
export interface Obstacle {
  readonly certain: boolean;
  readonly text: string;
}

/** What of it lacks, in words; empty where nothing is known to. */
export function lackingWords({ grants }: Pick<Grants, 'grants'>): string {
  return grants
    .flatMap(({ permission, name, answer }) => (answer === 'lacking' ? [`${permission} on ${name}`] : []))
    .join(', ');
}

/** The images of a revision by its short name; none where they are not known. */
export type ImagesOf = (revision: string) => readonly string[];

/**
 * What Google asks respond for when it carries the plan out; nothing where that updates nothing. An update is asked for what the resource is made
 * from when it is done: an action that makes a revision changes that for those after it.
 */
export function neededFor(
  { actions }: Pick<Plan, 'actions'>,
  live: Pick<Grants, 'account' | 'repositories'>,
  imagesOf: ImagesOf,
): Needed[] {
  let { account, repositories } = live;
  const needed: Needed[] = [];
  for (const { kind, target, change } of actions) {
    if (!updates.has(kind) || target.kind === 'job' || target.kind === 'instance') continue;
    if (change.template !== undefined) {
      account = change.template.serviceAccount;
      const images = change.template.from === undefined ? [] : imagesOf(change.template.from);
      if (images.length > 0) repositories = images.flatMap((image) => repositoryOf(image) ?? []);
    }
    needed.push({ permission: updating[target.kind], on: 'resource', name: targetName(target) });
    needed.push({ permission: actAs, on: 'account', name: account });
    for (const name of repositories) needed.push({ permission: downloadArtifacts, on: 'repository', name });
  }
  return [...new Map(needed.map((one) => [keyOf(one), one])).values()];
}

/** Of what is needed, what respond was found to lack. */
function lackingOf(needed: readonly Needed[], grants: readonly Grant[]): Needed[] {
  const lacking = new Set(grants.filter(({ answer }) => answer === 'lacking').map(keyOf));
  return needed.filter((one) => lacking.has(keyOf(one)));
}

/**
 * Why a plan will be refused, or may be, as far as respond knows what it is granted; null where nothing is known to stand in its way. Google's own
 * validation decides where it was asked: what Cloud Run asks for is in no document, and was seen in recorded refusals only.
 */
export function obstacleOf(
  plan: Pick<Plan, 'actions'>,
  grants: Answered<Grants> | undefined,
  imagesOf: ImagesOf,
): Obstacle | null {
  if (grants?.status !== 'answered') return null;
  const { value } = grants;
  const lacking = lackingOf(neededFor(plan, value, imagesOf), value.grants);
  if (lacking.length === 0) return null;
  const what = `respond lacks ${lacking.map(({ permission, name }) => `${permission} on ${name}`).join(', ')}`;
  const todo = `grant ${lacking.map(grantWords).join(', ')}`;
  // What a new revision runs as is no part of the update that was validated.
  const others = lacking.filter((one) => !isOfNow(one, value));
  if (value.validation === 'refused' || others.length > 0)
    return { certain: true, text: `cannot be carried out: ${what}; ${todo}` };
  const said =
    value.validation === 'passed'
      ? 'Google lets a validation of the update pass all the same'
      : 'what Google says to it could not be validated';
  return { certain: false, text: `may be refused: ${what}, which Google was seen to ask for; ${said}; ${todo}` };
}

/** Why it is not known whether respond is granted what it needs; null where all of it was answered. */
export function notKnownOf(grants: Answered<Grants>): string | null {
  if (grants.status !== 'answered') return grants.reason;
  const open = grants.value.grants.filter(({ answer }) => answer === 'not-known');
  if (open.length === 0) return null;
  return open
    .map(({ permission, name, reason }) => `${permission}${name === '' ? '' : ` on ${name}`}: ${reason}`)
    .join('; ');
}

function isOfNow({ on, name }: Needed, { account, repositories }: Grants): boolean {
  return on === 'resource' || name === account || repositories.includes(name);
}

/** What gives a permission on one thing, and on no other: a predefined role, or Firebreak's own. Source: IAM, roles and permissions. */
function grantWords({ on, name }: Needed): string {
  switch (on) {
    case 'account':
      return `respond ${actAsRole} on ${name}`;
    case 'repository':
      return `respond ${readImagesRole} on ${name}`;
    case 'resource':
      return `respond its custom role on ${name}`;
  }
}

/** A resource has one name by its project's id and one by its number: of each kind there is one only. */
function keyOf({ permission, on, name }: Needed): string {
  return on === 'resource' ? permission : `${permission} ${name}`;
}
