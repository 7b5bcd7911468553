import type { WorkerRole } from '../../../runtime/task-queues.ts';
import { workerRoles } from '../../../runtime/task-queues.ts';
import type { FaultRule } from '../../../sandbox/kernel/faults.ts';
import { type Random, randomFrom } from './random.ts';

/** Something that goes wrong, or only otherwise than usual. Cases are named by their place in the schedule. */
export type Disturbance =
  | { readonly kind: 'fault'; readonly rule: FaultRule }
  | { readonly kind: 'operation-fault'; readonly case: number; readonly code: string }
  | { readonly kind: 'redelivery'; readonly case: number; readonly copies: number }
  | { readonly kind: 'worker-restart'; readonly role: WorkerRole; readonly pauseMilliseconds: number }
  | { readonly kind: 'intake-restart'; readonly pauseMilliseconds: number }
  | { readonly kind: 'owner-deploys'; readonly case: number }
  | { readonly kind: 'clock-jump'; readonly milliseconds: number };

/** What happens to a system while its cases run. */
export interface Schedule {
  readonly seed: number;
  /** The kinds of findings, one case each. */
  readonly cases: readonly (0 | 1)[];
  /** `at`: milliseconds after the start. */
  readonly disturbances: readonly (Disturbance & { readonly at: number })[];
}

/** After them the same call may succeed. */
const passing = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'INTERNAL', 'ABORTED'] as const;
const onReads = [...passing, 'PERMISSION_DENIED', 'NOT_FOUND'] as const;
/** A change that was made is never answered with a refusal. */
const whenLost = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'INTERNAL'] as const;

/** Draws a schedule. The same seed draws the same schedule. */
export function scheduleOf(seed: number): Schedule {
  const random = randomFrom(seed);
  const cases = Array.from({ length: random.whole(2, 4) }, () => random.pick<0 | 1>([0, 1]));
  const disturbances = Array.from({ length: random.whole(3, 12) }, () => ({
    at: random.whole(0, 6_000),
    ...disturbance(random, cases.length),
  }));
  return { seed, cases, disturbances: disturbances.toSorted((a, b) => a.at - b.at) };
}

function disturbance(random: Random, cases: number): Disturbance {
  const which = random.whole(0, cases - 1);
  const pauseMilliseconds = random.whole(0, 1_500);
  switch (random.whole(0, 11)) {
    case 0:
      return {
        kind: 'operation-fault',
        case: which,
        code: random.pick(['INTERNAL', 'UNAVAILABLE', 'FAILED_PRECONDITION']),
      };
    case 1:
      return { kind: 'redelivery', case: which, copies: random.whole(1, 6) };
    case 2:
      return { kind: 'worker-restart', role: random.pick([...workerRoles]), pauseMilliseconds };
    case 3:
      return { kind: 'intake-restart', pauseMilliseconds };
    case 4:
      return { kind: 'owner-deploys', case: which };
    case 5:
      return {
        kind: 'clock-jump',
        milliseconds: random.chance(0.8) ? random.whole(100, 3_000) : random.whole(60_000, 900_000),
      };
    default:
      return { kind: 'fault', rule: faultRule(random) };
  }
}

function faultRule(random: Random): FaultRule {
  const count = random.whole(1, 4);
  const delayMilliseconds = random.chance(0.3) ? random.whole(50, 4_000) : undefined;
  // Only late.
  if (random.chance(0.15))
    return {
      method: random.pick(['*', 'UpdateService', 'ListFindings']),
      count,
      delayMilliseconds: random.whole(50, 3_000),
    };
  switch (random.whole(0, 4)) {
    case 0:
      return {
        method: 'UpdateService',
        role: 'respond',
        code: random.pick(whenLost),
        mode: 'apply-then-lose',
        count,
        delayMilliseconds,
      };
    case 1:
      return {
        method: random.pick(['UpdateService', 'GetService', 'GetOperation']),
        role: 'respond',
        code: random.chance(0.9) ? random.pick(passing) : 'PERMISSION_DENIED',
        count,
        delayMilliseconds,
      };
    case 2:
      return {
        method: random.pick(['virustotal.v3/files', 'virustotal.v3/ip_addresses']),
        code: random.pick(['RESOURCE_EXHAUSTED', 'INTERNAL']),
        count,
        delayMilliseconds,
      };
    case 3:
      return {
        method: random.pick(['StreamingPull', 'Acknowledge', 'ModifyAckDeadline', 'UpdateSecurityMarks']),
        code: random.pick(passing),
        mode: random.pick(['fail', 'apply-then-lose']),
        count,
      };
    default:
      return {
        method: random.pick(['ListFindings', 'GetService', 'ListRevisions', 'GetIamPolicy', 'ListLogEntries']),
        role: 'observe',
        code: random.pick(onReads),
        count,
        delayMilliseconds,
      };
  }
}
