import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { CaseView } from '../../../model/case.ts';
import type { SignedDecision } from '../../../model/decision.ts';
import { digestOf } from '../../../model/digest.ts';
import type { Plan } from '../../../model/plan.ts';
import { signJson } from '../../../runtime/signatures.ts';
import { type Scenario, seedScenario } from '../../support/scenario.ts';
import type { Analyst, System } from '../../support/system.ts';
import { steadily } from '../../faults/support/steadily.ts';
import { type Command, cancelActivity } from './commands.ts';
import type { Run } from './foreign-worker.ts';

/** A request as a genuine case makes it of respond; whatever else stands in it goes along. */
export interface Request {
  readonly plan: Plan;
  readonly decisions: readonly SignedDecision[];
  readonly action: string;
}

/** A genuine case whose plan was approved, and that waits for respond. */
export interface Approved extends Required<Run> {
  readonly scenario: Scenario;
  readonly view: CaseView;
  readonly request: Request;
  /** Takes the genuine request back. */
  readonly instead: Command;
}

type Options = Parameters<typeof seedScenario>[1];

/** A case that proposes. */
export async function proposedCase(
  system: System,
  options: Options = {},
): Promise<{ scenario: Scenario; view: CaseView }> {
  const scenario = seedScenario(system.sandbox, options);
  system.sandbox.control.publish(scenario.notification);
  return { scenario, view: await system.until(scenario.caseId, ['proposed'], ({ proposal }) => proposal !== null) };
}

/** A case with an approved plan, where no respond worker runs. */
export async function approvedCase(system: System, analyst: Analyst, kind = 'evict'): Promise<Approved> {
  const { scenario, view } = await proposedCase(system);
  await system.approve(view, analyst, kind);
  const { input, eventId } = await scheduledRequest(system.client, view.id);
  return { id: view.id, run: view.run, scenario, view, request: input as Request, instead: cancelActivity(eventId) };
}

/** The newest request to change something in the history of a case. */
export function scheduledRequest(client: Client, id: string) {
  return steadily(`${id} asks respond`, async () => {
    const { events } = await client.workflow.getHandle(id).fetchHistory();
    const event = events?.findLast(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'applyAction',
    );
    const [payload] = event?.activityTaskScheduledEventAttributes?.input?.payloads ?? [];
    return payload && { input: defaultPayloadConverter.fromPayload(payload), eventId: event?.eventId };
  });
}

/** Waits until the genuine request of a case is taken back. */
export function takenBack(client: Client, { id, run }: Approved): Promise<true> {
  return steadily(`the request of ${id} is taken back`, async () => {
    const { events } = await client.workflow.getHandle(id, run).fetchHistory();
    return events?.some((event) => event.activityTaskCanceledEventAttributes) ? true : undefined;
  });
}

/** What a run was started with. */
export async function inputOf<T>(client: Client, id: string): Promise<T> {
  const { events } = await client.workflow.getHandle(id).fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  if (!payload) throw new Error(`${id} was started with nothing`);
  return defaultPayloadConverter.fromPayload<T>(payload);
}

/** The genuine request with another plan, which the approver has signed; `decision` changes what is signed besides. */
export async function resigned(
  request: Request,
  plan: object,
  { key }: Analyst,
  decision: object = {},
): Promise<Request> {
  const [first] = request.decisions;
  const said = JSON.parse(Buffer.from(first!.payload, 'base64url').toString('utf8')) as object;
  const choice = { kind: 'plan', plan: digestOf(plan) };
  const signed = await signJson({ ...said, choice, ...decision }, 'firebreak.decision.v1', key);
  return { ...request, plan: plan as Plan, decisions: [signed] };
}

/** The plan with its first action changed. */
export function withFirst({ actions: [first, ...others], ...plan }: Plan, change: object): object {
  return { ...plan, actions: [{ ...first, ...change }, ...others] };
}

/** A case that has ended as contained. */
export async function containedCase(system: System, analyst: Analyst): Promise<{ scenario: Scenario; view: CaseView }> {
  const { scenario, view } = await proposedCase(system);
  await system.approve(view, analyst, 'evict');
  await system.client.workflow.getHandle(scenario.caseId).result();
  return { scenario, view: await system.until(scenario.caseId, ['contained']) };
}
