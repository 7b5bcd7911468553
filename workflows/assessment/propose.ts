import { digestOf } from '../../model/digest.ts';
import { plain } from '../../model/display.ts';
import type { CaseTimes } from '../../model/case.ts';
import type { Investigation, Unanswered } from '../../model/investigation.ts';
import type { Fields } from '../../model/fields.ts';
import type { OfferedPlan, Plan } from '../../model/plan.ts';
import { lackingWords, obstacleOf } from '../../model/plan-grants.ts';
import type { Assessment, Proposal, Recommendation, Statement } from '../../model/proposal.ts';
import type { Rails } from '../../model/rails.ts';
import { finishKind, finishPlan, type Unfinished } from '../containment/finish.ts';
import { offerPlan, offerPlans, type Terms } from '../containment/offer-plans.ts';
import type { Playbook, PlaybookAdvice, PlaybookContext } from '../playbooks/playbook.ts';
import { assess } from './assess.ts';
import { judgeRevisions, type RevisionJudgement } from '../../model/revisions.ts';

/** What a proposal is made from. */
export interface ProposalInput {
  readonly case: string;
  readonly run: string;
  readonly playbook: Playbook;
  readonly investigation: Investigation;
  readonly times: CaseTimes;
  readonly rails: Rails;
  /** Fixed for this window, with `expiresAt`. */
  readonly openedAt: string;
  readonly expiresAt: string;
  readonly nonce: string;
  readonly tried: readonly string[];
  /** Approved plans whose change was denied or broke, and why. */
  readonly failures?: readonly Statement[];
  readonly baseline?: Fields;
  /** What is left of a plan that was stopped on the way. */
  readonly unfinished?: Unfinished;
  /** What the watch after containment saw, where that opened the case again. */
  readonly alarm?: string;
  /** The proposal before this one in the same window. */
  readonly previous: Proposal | null;
}

/** Whether it may be recommended: it can be approved, and nothing says that it would be refused then. */
function isOpen({ unavailable, doubt }: OfferedPlan): boolean {
  return unavailable === undefined && doubt === undefined;
}

/** Without settings there is nothing to judge; of what is deleted because it is. */
function unjudged({ status, reason }: Unanswered): RevisionJudgement {
  const none = { revision: null, reason: status === 'gone' ? reason : 'the settings could not be read' };
  return { bad: none, good: none, candidates: [], goneAndQuiet: false };
}

/** Makes the proposal that the facts call for; its revision counts on from the previous one. */
export function makeProposal(input: ProposalInput): Proposal {
  const { investigation, playbook } = input;
  const { fetched } = investigation;
  const revisions = judged(input);
  const offered = plansFor(input, revisions);
  const context: PlaybookContext = {
    finding: fetched.finding,
    investigation,
    revisions,
    tried: input.tried,
    offered: offered.flatMap((one) => (isOpen(one) ? [one.plan.kind] : [])),
    ...(input.baseline !== undefined && { baseline: input.baseline }),
  };
  const advice = withObstacle(adviseOn(input, context), offered, investigation.grants);
  const plans = offered.map((plan) => ({
    ...plan,
    recommended: advice.choice === 'plan' && plan.plan.kind === advice.plan && isOpen(plan),
  }));
  const recommended = plans.find((plan) => plan.recommended);
  const recommendation: Recommendation =
    recommended === undefined
      ? { choice: advice.choice === 'dismiss' ? 'dismiss' : 'hand-over', reason: advice.reason }
      : { choice: 'plan', plan: recommended.id, reason: advice.reason };
  const assessment = withFailures(withAlarm(assess(playbook, context), input.alarm), input.failures ?? []);
  const digest = proposalDigest(input, { assessment, plans, recommendation });
  const revision = (input.previous?.revision ?? 0) + 1;
  return {
    revision,
    digest,
    openedAt: input.openedAt,
    expiresAt: input.expiresAt,
    playbook: playbook.name,
    assessment,
    plans,
    recommendation,
  };
}

/** The digest that answers name: of the assessment, the plans and what is recommended, for one run of one case. */
export function proposalDigest(
  { case: id, run }: { readonly case: string; readonly run: string },
  { assessment, plans, recommendation }: Pick<Proposal, 'assessment' | 'plans' | 'recommendation'>,
): string {
  return digestOf({ case: id, run, assessment, plans: plans.map(({ digest }) => digest), recommendation });
}

/** What opened the case again stands first. */
function withAlarm(assessment: Assessment, alarm: string | undefined): Assessment {
  if (alarm === undefined) return assessment;
  const seen = {
    text: `Seen after containment: ${plain(alarm, 400)}`,
    reason: 'by the watch over the resource, read live',
  };
  return { ...assessment, known: [seen, ...assessment.known] };
}

/** What failed since it was approved stands before all else, the last first: who answers again should know. */
function withFailures(assessment: Assessment, failures: readonly Statement[]): Assessment {
  if (failures.length === 0) return assessment;
  const told = failures
    .toReversed()
    .map(({ text, reason }) => ({ text: plain(text, 400), reason: plain(reason, 1_000) }));
  return { ...assessment, known: [...told, ...assessment.known] };
}

type Advice = PlaybookAdvice | { readonly choice: 'plan'; readonly plan: typeof finishKind; readonly reason: string };

/** Nothing is changed on the word of a message that SCC does not bear out. */
function adviseOn({ playbook, unfinished }: ProposalInput, context: PlaybookContext): Advice {
  const { confirmation, detail } = context.investigation.fetched;
  if (confirmation !== 'confirmed')
    return {
      choice: 'hand-over',
      reason: `no change is offered for a finding that is not confirmed by SCC (${detail})`,
    };
  const { settings } = context.investigation;
  if (settings.status === 'gone')
    return {
      choice: 'hand-over',
      reason: `${settings.reason}: there is nothing left to contain, but what it could reach, and a way in, to look at`,
    };
  if (unfinished !== undefined && context.offered.includes(finishKind))
    return {
      choice: 'plan',
      plan: finishKind,
      reason: `a part of an approved plan is done, the rest is not: ${unfinished.reason}`,
    };
  return playbook.recommend(context);
}

/** Where nothing can be recommended because respond lacks something, that is what people have to do first. */
function withObstacle(advice: Advice, offered: readonly OfferedPlan[], grants: Investigation['grants']): Advice {
  if (advice.choice !== 'hand-over' || grants?.status !== 'answered') return advice;
  const obstructed = offered.filter(({ plan: { actions } }) => obstacleOf({ actions }, grants, () => []) !== null);
  if (obstructed.length === 0) return advice;
  return {
    ...advice,
    reason: `${advice.reason}. Respond lacks ${lackingWords(grants.value)}: ${obstructed.length} plans wait for that to be granted, and it is asked again from time to time`,
  };
}

/** What of it the plans are made from. */
export type PlansInput = Omit<ProposalInput, 'times' | 'openedAt' | 'tried' | 'failures' | 'alarm'> & {
  readonly times: Pick<CaseTimes, 'quietWindow'>;
};

/** The plans that the facts call for, none of them recommended yet. */
export function makePlans(input: PlansInput): OfferedPlan[] {
  return plansFor(input, judged(input));
}

function judged({ investigation, playbook, rails, times }: PlansInput): RevisionJudgement {
  const { fetched, settings, logs } = investigation;
  return settings.status === 'answered'
    ? judgeRevisions(
        fetched.finding,
        settings.value,
        logs,
        times.quietWindow,
        playbook.imageSuspect === true,
        rails.knownGood,
      )
    : unjudged(settings);
}

function plansFor(input: PlansInput, { bad, good }: RevisionJudgement): OfferedPlan[] {
  const { investigation, playbook, times, rails } = input;
  const { fetched, settings } = investigation;
  if (fetched.confirmation !== 'confirmed' || settings.status !== 'answered') return [];
  const terms: Terms = {
    case: input.case,
    run: input.run,
    nonce: input.nonce,
    notAfter: input.expiresAt,
    missingEvidence: missingEvidence(investigation),
    mode: rails.mode,
  };
  const offered = input.previous?.plans ?? [];
  const { revisions } = settings.value;
  const imagesOf = (revision: string) =>
    revisions
      .filter(({ name }) => name === revision)
      .flatMap(({ image, sidecars = [] }) => [image, ...sidecars.map((one) => one.image)]);
  const obstacle = (plan: Plan) => obstacleOf(plan, investigation.grants, imagesOf);
  const left = input.unfinished === undefined ? null : finishPlan(input.unfinished, settings.value);
  const finishing =
    left === null || input.unfinished === undefined
      ? []
      : [offerPlan({ kind: finishKind, ...terms, ...left, watch: input.unfinished.watch }, rails, offered, obstacle)];
  const rungs = offerPlans(
    playbook.threats,
    {
      case: input.case,
      settings: settings.value,
      bad: bad.revision,
      good: good.revision,
      baseline: { ...settings.value.fields, ...input.baseline },
      quietSeconds: times.quietWindow,
      ...(rails.quarantineAccount !== undefined && { quarantineAccount: rails.quarantineAccount }),
    },
    terms,
    rails,
    offered,
    obstacle,
  );
  return [...finishing, ...rungs];
}

/** What an approver signs as not there. Settings are: without them there is no plan. */
function missingEvidence({ logs }: Investigation): string[] {
  if (logs.status !== 'answered') return [`container logs: ${logs.reason}`];
  return logs.value.complete ? [] : [`container logs: ${logs.value.detail}`];
}

/** True where people have to look again: a plan, the recommendation or the verdict is another one. */
export function callsForRevision(previous: Proposal, next: Proposal): boolean {
  const essence = ({ plans, recommendation, assessment }: Proposal) =>
    digestOf({
      plans: plans.map(({ digest, unavailable, doubt }) => [digest, unavailable ?? '', doubt ?? '']),
      choice: recommendation.choice,
      plan: recommendation.plan ?? null,
      verdict: assessment.verdict,
    });
  return essence(previous) !== essence(next);
}
