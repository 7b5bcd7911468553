import { digestOf } from '../../model/digest.ts';
import type { CloudRunResource } from '../../model/finding.ts';
import { type Grants, grantsAnswerSchema } from '../../model/grants.ts';
import type { Answered, Unanswered } from '../../model/investigation.ts';
import { parsed } from '../../model/parse.ts';
import type { Plan, Target } from '../../model/plan.ts';
import { type Obstacle, obstacleOf } from '../../model/plan-grants.ts';
import { targetName } from '../../model/rails.ts';
import { granting, trust } from '../activities.ts';
import type { CaseFile } from '../case-file.ts';
import { attempt, type Branches, budgetLeft, reading } from './reading.ts';

/** Respond may be away: nothing waits for it longer, and what it says later revises the proposal. Seconds. */
const patience = 5;

/** Asks what respond is granted: before anything is proposed, so that nobody approves what is refused. */
export async function askGrants(file: CaseFile, branches: Branches, resource: CloudRunResource): Promise<void> {
  if (!isAsked(file, resource)) return;
  const ask = (limit: number): Promise<Grants | Unanswered> => look(file, resource, limit);
  const set = (answer: Answered<Grants>): void => void (branches.grants = answer);
  await reading(file, branches, 'what respond is granted', ask, set, Math.min(patience, budgetLeft(file)));
}

/** What stands in the way of giving back, asked of each resource that it updates. What is not known stands in no way. */
export async function obstacleOfUndo(file: CaseFile, plan: Plan): Promise<Obstacle | null> {
  const targets = new Map(plan.actions.map(({ target }) => [targetName(target), target]));
  for (const [name, target] of targets) {
    if (!isAsked(file, target)) continue;
    const answer = await attempt(() => look(file, target, patience));
    const actions = plan.actions.filter((action) => targetName(action.target) === name);
    const obstacle = obstacleOf({ actions }, answer, () => undefined);
    if (obstacle !== null) return obstacle;
  }
  return null;
}

/** Cases that began before there was this question do not ask it; of a job respond updates nothing. */
function isAsked({ input: { rails } }: CaseFile, { kind }: Pick<Target, 'kind'>): boolean {
  return rails.asksGrants === true && rails.responders.includes('respond') && kind !== 'job';
}

async function look(file: CaseFile, resource: Target, limitSeconds: number): Promise<Grants | Unanswered> {
  const { kind, project, location, name } = resource;
  const target: Target = { kind, project, location, name };
  const { value, seal } = parsed(
    grantsAnswerSchema,
    await granting('Ask respond what it is granted', limitSeconds).lookAtGrants(target),
    'answer',
  );
  if (targetName(value.target) !== targetName(target) || value.case !== file.id || value.run !== file.run)
    return notKnown('the answer is about something else');
  // Anybody who can poll respond's queue can say that it lacks something: signed by respond, or not known.
  if (value.grants.every(({ answer }) => answer !== 'lacking')) return value;
  const verdict = await trust().verifyGrants({ sha256: digestOf(value), seal });
  return verdict.status === 'verified' ? value : notKnown(verdict.reason);
}

function notKnown(reason: string): Unanswered {
  return { status: 'failed', reason: `not known: ${reason}` };
}
