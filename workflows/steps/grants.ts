import { isCancellation, sleep } from '@temporalio/workflow';
import { digestOf } from '../../model/digest.ts';
import type { CloudRunResource } from '../../model/finding.ts';
import type { Surroundings } from '../../model/first-look.ts';
import { type Grants, grantsAnswerSchema } from '../../model/grants.ts';
import type { Answered, Unanswered } from '../../model/investigation.ts';
import { parsed } from '../../model/parse.ts';
import type { Plan, Target } from '../../model/plan.ts';
import { lackingWords, type Obstacle, obstacleOf, updating } from '../../model/plan-grants.ts';
import { targetName } from '../../model/rails.ts';
import type { z } from '../../model/schema.ts';
import { granting, trust } from '../activities.ts';
import { type CaseFile, note } from '../case-file.ts';
import { attempt, type Branches, budgetLeft, isUnanswered, reading } from './reading.ts';

type Said = z.infer<typeof grantsAnswerSchema>;

/** Respond may be away: nothing waits for it longer, and what it says later revises the proposal. Seconds. */
const patience = 5;
/** How long after something lacked it is asked for again, seconds: at first, and at most. */
const shortestPause = 15;
const longestPause = 600;

/**
 * What respond is granted: before anything is proposed, so that nobody approves what is refused. The first look has brought it where the server lets
 * observe ask; else respond is asked here.
 */
export async function askGrants(
  file: CaseFile,
  branches: Branches,
  resource: CloudRunResource,
  known: Surroundings['grants'],
): Promise<void> {
  if (!asksGrants(file.input) || !(resource.kind in updating)) return;
  let first = known?.status === 'answered' && mayStand(file, resource, known.value) ? known.value : undefined;
  const ask = async (limit: number): Promise<Grants | Unanswered> => {
    const said = first ?? (await ofItself(file, resource, limit));
    first = undefined;
    return believed(said);
  };
  const set = (answer: Answered<Grants>): void => void (branches.grants = answer);
  await reading(file, branches, 'what respond is granted', ask, set, Math.min(patience, budgetLeft(file)));
  void askAgain(file, branches, resource).catch((error: unknown) => {
    // It ends with the run.
    if (!isCancellation(error)) throw error;
  });
}

/** People grant what lacks: it is asked for again, ever more seldom, until nothing does. What is granted then revises the proposal. */
async function askAgain(file: CaseFile, branches: Branches, resource: CloudRunResource): Promise<void> {
  for (let pause = shortestPause; lacks(branches.grants); pause = Math.min(2 * pause, longestPause)) {
    await sleep(pause * 1000, { summary: 'Ask respond again what it is granted' });
    if (file.investigation !== branches || file.book.window !== 'open') return;
    const answer = await attempt(async () => believed(await ofItself(file, resource, patience)));
    if (file.investigation !== branches) return;
    // What is not answered now was answered before.
    if (answer.status !== 'answered' || saysTheSame(answer, branches.grants)) continue;
    branches.grants = answer;
    file.answers += 1;
    note(
      file,
      lacks(answer) ? `respond still lacks ${lackingWords(answer.value)}` : 'respond is granted what it lacked',
    );
  }
}

function lacks(known: Branches['grants']): boolean {
  return known?.status === 'answered' && known.value.grants.some(({ answer }) => answer === 'lacking');
}

function saysTheSame(left: Branches['grants'], right: Branches['grants']): boolean {
  if (left?.status !== 'answered' || right?.status !== 'answered') return false;
  const said = ({ grants, validation }: Grants): string => digestOf({ grants, validation });
  return said(left.value) === said(right.value);
}

/** What stands in the way of giving back, asked of each resource that it updates. What is not known stands in no way. */
export async function obstacleOfUndo(file: CaseFile, plan: Plan): Promise<Obstacle | null> {
  if (!asksGrants(file.input)) return null;
  const targets = new Map(plan.actions.map(({ target }) => [targetName(target), target]));
  for (const [name, target] of targets) {
    if (!(target.kind in updating)) continue;
    const answer = await attempt(async () => believed(await ofItself(file, target, patience)));
    const actions = plan.actions.filter((action) => targetName(action.target) === name);
    const obstacle = obstacleOf({ actions }, answer, () => []);
    if (obstacle !== null) return obstacle;
  }
  return null;
}

/** Cases that began before there was this question do not ask it. */
export function asksGrants({ rails }: Pick<CaseFile['input'], 'rails'>): boolean {
  return rails.asksGrants === true && rails.responders.includes('respond');
}

/** That nothing lacks may have been said to another case on the same account; what lacks is said to this one, about this resource. */
function mayStand(file: CaseFile, resource: Target, said: Said): boolean {
  return lacksNothing(said) || isAbout(file, resource, said);
}

function lacksNothing({ value }: Said): boolean {
  return value.grants.every(({ answer }) => answer !== 'lacking');
}

function isAbout({ id, run }: CaseFile, resource: Target, { value }: Said): boolean {
  return targetName(value.target) === targetName(resource) && value.case === id && value.run === run;
}

async function ofItself(file: CaseFile, resource: Target, limitSeconds: number): Promise<Said | Unanswered> {
  const { kind, project, location, name } = resource;
  const respond = granting('Ask respond what it is granted', limitSeconds);
  const said = parsed(grantsAnswerSchema, await respond.lookAtGrants({ kind, project, location, name }), 'answer');
  return isAbout(file, resource, said) ? said : notKnown('the answer is about something else');
}

/** Anybody who can poll respond's queue can say that it lacks something: signed by respond, or not known. */
async function believed(said: Said | Unanswered): Promise<Grants | Unanswered> {
  if (isUnanswered(said)) return said;
  const { value, seal } = said;
  if (lacksNothing(said)) return value;
  const verdict = await trust().verifyGrants({ sha256: digestOf(value), seal });
  return verdict.status === 'verified' ? value : notKnown(verdict.reason);
}

function notKnown(reason: string): Unanswered {
  return { status: 'failed', reason: `not known: ${reason}` };
}
